import { useQueryClient } from "@tanstack/react-query";
import { api } from "../../../api/client";
import { Checkbox, Dialog, Form, say, TextField, useForm } from "../../../ui";
import { ORDERS, type Offer, type Order } from "./orders";
import { t } from "./orderWords";

export type Choice = { chain: string; offer: Offer; kind: Order["kind"] };
type Props = { prescriptionId: string; choice: Choice | null; loyalty: boolean; close: () => void; done: () => void };

/** What is told to the pharmacy is said before it is sent. */
export function OrderForm({ choice, ...rest }: Props) {
  const title = choice?.kind === "delivery" ? t("deliverTitle") : t("reserveTitle");
  return (
    <Dialog title={title} open={choice !== null} onClose={rest.close}>
      {choice && <Fields choice={choice} {...rest} />}
    </Dialog>
  );
}

function Fields({ prescriptionId, choice, loyalty, close, done }: Props & { choice: Choice }) {
  const client = useQueryClient();
  const delivery = choice.kind === "delivery";
  const form = useForm(
    { address: "", phone: "", use_loyalty: loyalty },
    (values, key) =>
      api.POST("/api/v1/me/pharmacy-orders", {
        body: {
          prescription_id: prescriptionId,
          chain: choice.chain,
          pharmacy_id: choice.offer.pharmacy_id,
          kind: choice.kind,
          drugs: [],
          delivery: delivery ? { address: values.address, phone: values.phone.replace(/[\s()-]/g, "") } : null,
          use_loyalty: values.use_loyalty,
        },
        headers: key,
      }),
    {
      check: ({ address, phone }) =>
        delivery
          ? {
              address: address.trim() ? "" : t("addressNeeded"),
              phone: /^\+[\d\s()-]{7,}$/.test(phone.trim()) ? "" : t("phoneNeeded"),
            }
          : {},
      done: () => {
        void client.invalidateQueries({ queryKey: [ORDERS] });
        say(t("done"));
        close();
        done();
      },
    },
  );
  return (
    <Form form={form} submit={t(delivery ? "deliver" : "reserve")}>
      <p>
        <strong>{choice.offer.name}</strong>, {choice.offer.address}
      </p>
      <p>{t("told")}</p>
      {delivery && (
        <>
          <TextField {...form.field("address")} label={t("address")} hint={t("addressHint")} autoComplete="street-address" required />
          <TextField {...form.field("phone")} label={t("phone")} hint={t("phoneHint")} type="tel" autoComplete="tel" width="middle" required />
        </>
      )}
      {loyalty && <Checkbox {...form.field("use_loyalty")} label={t("useLoyalty")} />}
    </Form>
  );
}
