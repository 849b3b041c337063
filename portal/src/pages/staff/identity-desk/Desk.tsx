import { useState } from "react";
import { useLocation } from "wouter";
import { api, got } from "../../../api/client";
import { useChange } from "../../../api/queries";
import { typed } from "../../../api/typed";
import { time } from "../../../i18n/dates";
import { Button, Card, DateField, Form, Notice, Page, ProblemBox, Radios, say, Section, TextField, useForm } from "../../../ui";
import { snilsRight } from "../../entry/checks";
import type { Compared, RecoveryReason } from "./shapes";
import { t } from "./words";

/** Somebody stands here with a passport: compare it, then confirm who they are or begin a recovery. */
export default function Desk() {
  const [compared, setCompared] = useState<Compared | null>(null);
  return (
    <Page title={t("desk")} lead={t("deskLead")} width="text">
      {compared ? <Agreed compared={compared} leave={() => setCompared(null)} /> : <LookUp found={setCompared} />}
    </Page>
  );
}

const NO_PAPERS = { snils: "", passport_series: "", passport_number: "", birth_date: "" };

function LookUp({ found }: { found: (compared: Compared) => void }) {
  const form = useForm(NO_PAPERS, (values) => got(typed<Compared>(api.POST("/api/v1/desk/look-ups", { body: values }))), {
    check: (values) => ({
      snils: snilsRight(values.snils) ? "" : t("snilsWrong"),
      passport_series: values.passport_series.trim() ? "" : t("needed"),
      passport_number: values.passport_number.trim() ? "" : t("needed"),
      birth_date: /^\d{4}-\d{2}-\d{2}$/.test(values.birth_date) ? "" : t("dateNeeded"),
    }),
    done: found,
  });
  const unknown = form.problem?.status === 404;
  return (
    <>
      {unknown && (
        <Notice tone="warn" title={t("noMatch")} live>
          {t("noMatchWhy")}
        </Notice>
      )}
      <Card>
        <Form form={form} submit={t("compare")}>
          <TextField {...form.field("snils")} label={t("snils")} hint={t("snilsHint")} inputMode="numeric" width="middle" required />
          <TextField {...form.field("passport_series")} label={t("series")} hint={t("seriesHint")} inputMode="numeric" width="short" required />
          <TextField {...form.field("passport_number")} label={t("number")} hint={t("numberHint")} inputMode="numeric" width="short" required />
          <DateField {...form.field("birth_date")} label={t("born")} />
        </Form>
      </Card>
    </>
  );
}

function Agreed({ compared, leave }: { compared: Compared; leave: () => void }) {
  const { last_name, first_name, middle_name } = compared.name;
  const confirmed = useChange(() => api.POST("/api/v1/desk/confirmations", { body: { look_up_id: compared.look_up_id, document: "passport" } }));
  return (
    <>
      <Notice tone="good" title={[last_name, first_name, middle_name].filter(Boolean).join(" ")} live>
        {t("agreed", { until: time(compared.expires_at) })}
      </Notice>
      <Section title={t("confirm")}>
        <p>{t("confirmWhy")}</p>
        {confirmed.error && <ProblemBox problem={confirmed.error} />}
        {confirmed.isSuccess ? (
          <Notice tone="good" title={t("confirmed")} live />
        ) : (
          <div>
            <Button busy={confirmed.isPending} onPress={() => confirmed.mutate()}>
              {t("confirmIt")}
            </Button>
          </div>
        )}
      </Section>
      <Opening compared={compared} />
      <div>
        <Button kind="plain" onPress={leave}>
          {t("nextPerson")}
        </Button>
      </div>
    </>
  );
}

const REASONS = ["lost-phone", "lost-password", "lost-both", "stolen"] as const;

function Opening({ compared }: { compared: Compared }) {
  const [, go] = useLocation();
  const opened = useChange(
    (reason: Exclude<RecoveryReason, "first-account">) => api.POST("/api/v1/desk/recoveries", { body: { look_up_id: compared.look_up_id, document: "passport", reason } }),
    [["recovery-list"]],
  );
  const form = useForm({ reason: "" }, ({ reason }) => opened.mutateAsync(reason as (typeof REASONS)[number]), {
    check: ({ reason }) => ({ reason: reason ? "" : t("reasonNeeded") }),
    done: () => {
      say(t("begun"));
      go("/recoveries");
    },
  });
  return (
    <Section title={t("recovery")}>
      <p>{t("recoveryWhy")}</p>
      <Card>
        <Form form={form} submit={t("begin")} kind="secondary">
          <Radios {...form.field("reason")} label={t("reason")} choices={REASONS.map((value) => ({ value, label: t(`reason-${value}`), ...(value === "stolen" ? { hint: t("stolenHint") } : {}) }))} />
        </Form>
      </Card>
    </Section>
  );
}
