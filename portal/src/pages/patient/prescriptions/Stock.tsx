import { useState } from "react";
import { useLocation, useParams } from "wouter";
import { api } from "../../../api/client";
import { currentLanguage } from "../../../i18n";
import { Button, Card, Empty, Form, Notice, Page, Section, Shown, Tag, TextField, useForm } from "../../../ui";
import { OrderForm, type Choice } from "./OrderForm";
import { hasAll, priceOf, useChains, type Found, type Offer } from "./orders";
import { t } from "./orderWords";
import { usePrescription } from "./reading";
import { nameOf, titleOf, type Prescription } from "./shapes";

const roubles = (sum: number) =>
  new Intl.NumberFormat(currentLanguage(), { style: "currency", currency: "RUB" }).format(sum);

/** Which pharmacies have what is left of a prescription; from here it is reserved or ordered. */
export default function Stock() {
  const { recordId = "" } = useParams<{ recordId: string }>();
  const found = usePrescription(recordId);
  const title = found.data ? `${t("title")}: ${titleOf(found.data)}` : t("title");
  return (
    <Page title={title} lead={t("lead")} up={{ to: `/prescriptions/${recordId}`, label: t("up") }}>
      <Shown of={found}>{(one) => <Asking one={one} />}</Shown>
    </Page>
  );
}

function Asking({ one }: { one: Prescription }) {
  const [found, setFound] = useState<Found | null>(null);
  const [choice, setChoice] = useState<Choice | null>(null);
  const [, go] = useLocation();
  const chains = useChains();
  const title = (name: string) => chains.data?.items.find((chain) => chain.name === name)?.title ?? name;
  const form = useForm(
    { region: "" },
    async ({ region }) => (await api.POST("/api/v1/me/pharmacy-orders/stock", { body: { prescription_id: one.id, region, chains: [] } })).data,
    {
      check: ({ region }) => ({ region: region.trim() ? "" : t("regionNeeded") }),
      done: (answer) => setFound(answer as Found),
    },
  );
  return (
    <>
      <Form form={form} submit={t("ask")}>
        <TextField {...form.field("region")} label={t("region")} hint={t("regionHint")} width="middle" required maxLength={100} />
      </Form>
      {found && (
        <Section title={t("results")}>
          <div role="status" className="stack">
            {found.items.length === 0 && <Empty title={t("noChains")}>{t("noChainsHow")}</Empty>}
            {found.items.map(({ chain, offers }) => (
              <div key={chain} className="stack">
                <h3>{title(chain)}</h3>
                {offers === null && <Notice tone="warn">{t("noAnswer", { chain: title(chain) })}</Notice>}
                {offers?.length === 0 && <Empty title={t("nothing", { chain: title(chain) })}>{t("nothingHow")}</Empty>}
                {offers?.map((offer) => (
                  <Offered key={offer.pharmacy_id} one={one} offer={offer} choose={(kind) => setChoice({ chain, offer, kind })} />
                ))}
              </div>
            ))}
          </div>
        </Section>
      )}
      <OrderForm
        prescriptionId={one.id}
        choice={choice}
        loyalty={chains.data?.items.some((chain) => chain.name === choice?.chain && chain.loyalty === "given") ?? false}
        close={() => setChoice(null)}
        done={() => go("/pharmacies")}
      />
    </>
  );
}

function Offered({ one, offer, choose }: { one: Prescription; offer: Offer; choose: (kind: Choice["kind"]) => void }) {
  const wanted = one.status.remaining;
  const whole = hasAll(offer, wanted);
  const sum = priceOf(offer, wanted);
  return (
    <Card as="article" label={offer.name}>
      <div className="row-between">
        <h4>{offer.name}</h4>
        <Tag tone={whole ? "good" : "warn"}>{t(whole ? "hasAll" : "hasPart")}</Tag>
      </div>
      <p>{offer.address}</p>
      <ul>
        {offer.drugs.map(({ line, packs, price }) => (
          <li key={line}>
            {t("has", { drug: nameOf(one.body.drugs[line - 1] ?? {}), packs: t("packs", { n: packs }) })}
            {price !== undefined && `, ${roubles(Number(price))}`}
          </li>
        ))}
      </ul>
      {sum !== null && <p className="quiet">{t("sum", { sum: roubles(sum) })}</p>}
      <div className="row">
        <Button onPress={() => choose("reservation")} label={t("reserveAt", { name: offer.name })}>
          {t("reserve")}
        </Button>
        <Button kind="secondary" onPress={() => choose("delivery")} label={t("deliverFrom", { name: offer.name })}>
          {t("deliver")}
        </Button>
      </div>
    </Card>
  );
}
