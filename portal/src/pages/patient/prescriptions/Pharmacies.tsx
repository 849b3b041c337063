import { useState } from "react";
import { Link } from "wouter";
import { api } from "../../../api/client";
import { useChange } from "../../../api/queries";
import { dayAndTime } from "../../../i18n/dates";
import { Button, ButtonLink, Confirm, Empty, List, Notice, Page, ProblemBox, say, Section, Tag } from "../../../ui";
import { Loyalty } from "./Loyalty";
import { isOpen, ORDERS, useChains, useOrders, type Order, type OrderState } from "./orders";
import { t } from "./orderWords";
import { nameOf } from "./shapes";

const TONES = {
  requested: "info",
  confirmed: "info",
  ready: "good",
  collected: "quiet",
  refused: "bad",
  cancelled: "quiet",
  failed: "bad",
} as const satisfies Record<OrderState, string>;

export default function Pharmacies() {
  const orders = useOrders();
  const chains = useChains();
  const titleOf = (name: string) => chains.data?.items.find((chain) => chain.name === name)?.title ?? name;
  return (
    <Page title={t("ordersTitle")} lead={t("ordersLead")} up={{ to: "/prescriptions", label: t("toList") }}>
      <Section title={t("orders")}>
        <List
          of={orders}
          keyOf={(order) => order.id}
          label={t("orders")}
          empty={
            <Empty title={t("noOrders")}>
              <p>{t("noOrdersHow")}</p>
            </Empty>
          }
        >
          {(order) => <One order={order} chain={titleOf(order.chain)} />}
        </List>
      </Section>
      <Loyalty chains={chains} />
    </Page>
  );
}

function One({ order, chain }: { order: Order; chain: string }) {
  return (
    <>
      <div className="row-between">
        <h3>
          {t(order.kind)}: {chain}
        </h3>
        <Tag tone={TONES[order.state]}>{t(`state-${order.state}`)}</Tag>
      </div>
      <ul>
        {(order.drugs ?? []).map((drug) => (
          <li key={drug.line}>{t("has", { drug: nameOf(drug), packs: t("packs", { n: drug.packs }) })}</li>
        ))}
      </ul>
      <p>{t(`why-${order.state}`)}</p>
      {order.text && <p>{t("said", { text: order.text })}</p>}
      {order.delivery && <p>{t("to", { address: order.delivery.address })}</p>}
      <p className="quiet">
        {t("made", { moment: dayAndTime(order.created_at) })}
        {" · "}
        <Link href={`/prescriptions/${order.prescription}`}>{t("prescription")}</Link>
      </p>
      {order.state === "ready" && (
        <div>
          <ButtonLink kind="primary" to={`/prescriptions/${order.prescription}/code`}>
            {t("prescription")}
          </ButtonLink>
        </div>
      )}
      {order.cancelling ? <Notice>{t("cancelling")}</Notice> : isOpen(order) && <Cancel order={order} />}
    </>
  );
}

function Cancel({ order }: { order: Order }) {
  const [asked, setAsked] = useState(false);
  const cancel = useChange(
    () => api.POST("/api/v1/me/pharmacy-orders/{order_id}/cancellation", { params: { path: { order_id: order.id } } }),
    [[ORDERS]],
  );
  const yes = () =>
    cancel.mutate(undefined, {
      onSuccess: () => say(t("cancelled")),
      onSettled: () => setAsked(false),
    });
  return (
    <>
      {cancel.error && <ProblemBox problem={cancel.error} />}
      <div>
        <Button kind="plain" onPress={() => setAsked(true)}>
          {t("cancel")}
        </Button>
      </div>
      <Confirm title={t("cancelTitle")} open={asked} yes={t("cancel")} danger busy={cancel.isPending} onYes={yes} onClose={() => setAsked(false)}>
        {t("cancelWhy")}
      </Confirm>
    </>
  );
}
