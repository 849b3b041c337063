import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../../api/client";
import { useChange } from "../../../api/queries";
import { day } from "../../../i18n/dates";
import { Button, Card, Checkbox, Confirm, Dialog, Form, ProblemBox, say, Section, Shown, TextField, useForm } from "../../../ui";
import { CHAINS, type Chain, type useChains } from "./orders";
import { t } from "./orderWords";

/** Numbers of loyalty programmes: given chain by chain, each with its own consent, and taken back as easily. */
export function Loyalty({ chains }: { chains: ReturnType<typeof useChains> }) {
  return (
    <Section title={t("loyalty")}>
      <p>{t("loyaltyWhy")}</p>
      <Shown of={chains} lines={1}>
        {({ items }) => {
          const having = items.filter((chain) => chain.has_loyalty);
          if (!having.length) return <p className="quiet">{t("noLoyalty")}</p>;
          return having.map((chain) => <One key={chain.name} chain={chain} />);
        }}
      </Shown>
    </Section>
  );
}

function One({ chain }: { chain: Chain }) {
  const [open, setOpen] = useState<"" | "number" | "withdraw">("");
  const given = chain.loyalty === "given";
  const withdraw = useChange(
    () => api.DELETE("/api/v1/me/pharmacies/{chain_name}/loyalty", { params: { path: { chain_name: chain.name } } }),
    [[CHAINS]],
  );
  const yes = () => withdraw.mutate(undefined, { onSuccess: () => say(t("withdrawn")), onSettled: () => setOpen("") });
  return (
    <Card label={chain.title}>
      <h3>{chain.title}</h3>
      <p className="quiet">{given ? t("loyaltyGiven", { date: day(chain.loyalty_since) }) : t("loyaltyNone")}</p>
      {withdraw.error && <ProblemBox problem={withdraw.error} />}
      <div className="row">
        <Button kind="secondary" onPress={() => setOpen("number")}>
          {t(given ? "change" : "add")}
        </Button>
        {given && (
          <Button kind="plain" onPress={() => setOpen("withdraw")}>
            {t("withdraw")}
          </Button>
        )}
      </div>
      <Dialog title={t("number", { chain: chain.title })} open={open === "number"} onClose={() => setOpen("")}>
        <NumberForm chain={chain} close={() => setOpen("")} />
      </Dialog>
      <Confirm
        title={t("withdrawTitle")}
        open={open === "withdraw"}
        yes={t("withdraw")}
        danger
        busy={withdraw.isPending}
        onYes={yes}
        onClose={() => setOpen("")}
      >
        {t("withdrawWhy")}
      </Confirm>
    </Card>
  );
}

function NumberForm({ chain, close }: { chain: Chain; close: () => void }) {
  const client = useQueryClient();
  const form = useForm(
    { number: "", consent_given: false },
    ({ number }) =>
      api.PUT("/api/v1/me/pharmacies/{chain_name}/loyalty", {
        params: { path: { chain_name: chain.name } },
        body: { number: number.trim(), consent_given: true },
      }),
    {
      check: ({ number, consent_given: agreed }) => ({
        number: /^[A-Za-z0-9-]{4,40}$/.test(number.trim()) ? "" : t("numberNeeded"),
        consent_given: agreed ? "" : t("consentNeeded"),
      }),
      done: () => {
        void client.invalidateQueries({ queryKey: [CHAINS] });
        say(t("kept"));
        close();
      },
    },
  );
  return (
    <Form form={form} submit={t("keep")}>
      <TextField {...form.field("number")} label={t("number", { chain: chain.title })} hint={t("numberHint")} width="middle" required />
      <Checkbox {...form.field("consent_given")} label={t("consent")} />
    </Form>
  );
}
