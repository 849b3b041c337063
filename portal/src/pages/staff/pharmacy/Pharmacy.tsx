import { useState } from "react";
import { day, dayAndTime } from "../../../i18n/dates";
import { Card, Facts, Form, Notice, Page, ProblemBox, Section, TextArea, useForm } from "../../../ui";
import { nameOf } from "../../patient/prescriptions/shapes";
import { canScan, Scanner } from "./Scanner";
import { judged, type Found, type Verdict } from "./verdict";
import { t } from "./words";

const TONES: Record<Verdict, "good" | "warn" | "bad"> = {
  valid: "good",
  dispensed: "warn",
  replaced: "warn",
  expired: "warn",
  "not-now": "warn",
  "authentic-offline": "warn",
  "expired-offline": "warn",
  unchecked: "warn",
  unreadable: "warn",
  revoked: "bad",
  forged: "bad",
  foreign: "bad",
  unknown: "bad",
};

/** For whoever holds a prescription's code, signed in or not. The code stays out of the address and of this device. */
export default function Pharmacy() {
  const [found, setFound] = useState<Found | null>(null);
  const form = useForm({ code: "" }, ({ code }) => judged(code), {
    check: ({ code }) => ({ code: code.trim() ? "" : t("codeNeeded") }),
    done: (answer) => setFound(answer as Found),
  });
  const scanned = async (code: string) => {
    form.set({ code });
    setFound(await judged(code));
  };
  return (
    <Page title={t("title")} lead={t("lead")} width="text">
      {found && <Result found={found} />}
      <Card>
        {canScan ? <Scanner onCode={(text) => void scanned(text)} /> : <p>{t("noDetector")}</p>}
        <Form form={form} submit={t("check")}>
          <TextArea {...form.field("code")} label={t("code")} hint={t("codeHint")} rows={3} />
        </Form>
      </Card>
      <Section title={t("aboutTitle")}>
        <p>{t("about")}</p>
        <p>{t("dispensing")}</p>
      </Section>
    </Page>
  );
}

function Result({ found: { verdict, until, content, keysOf, problem } }: { found: Found }) {
  const last = until ? new Date(Date.parse(until) - 1).toISOString() : "";
  return (
    <section className="stack" aria-label={t("result")}>
      <Notice tone={TONES[verdict]} title={t(verdict)} live>
        <p>{t(`how-${verdict}`)}</p>
        {verdict === "valid" && <p>{t("until", { date: day(last) })}</p>}
        {keysOf && <p>{t("keysOf", { moment: dayAndTime(new Date(keysOf).toISOString()) })}</p>}
      </Notice>
      {problem && <ProblemBox problem={problem} />}
      {content && (
        <Card label={t("content")}>
          <h2>{t("content")}</h2>
          <p className="quiet">{t("contentWhy")}</p>
          {content.drugs.map((drug, index) => (
            <Facts
              key={index}
              facts={[
                [t("drug"), [nameOf(drug), drug.form].filter(Boolean).join(", ")],
                [t("dosage"), drug.dosage],
                [t("packs"), drug.packs],
              ]}
            />
          ))}
          <Facts facts={[[t("form"), content.form]]} />
        </Card>
      )}
    </section>
  );
}
