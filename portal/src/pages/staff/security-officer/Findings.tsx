import { useState } from "react";
import { Link } from "wouter";
import { api } from "../../../api/client";
import { usePages } from "../../../api/queries";
import { typed } from "../../../api/typed";
import { currentLanguage } from "../../../i18n";
import { dayAndTime } from "../../../i18n/dates";
import { Empty, List, Page, Select, Tag } from "../../../ui";
import type { Finding } from "./shapes";
import { t } from "./words";

const STATES = ["open", "resolved"] as const;
const TONES = { low: "quiet", medium: "warn", high: "bad" } as const;

export const Severity = ({ of }: { of: Finding["severity"] }) => <Tag tone={TONES[of]}>{t(`severity-${of}`)}</Tag>;

export default function Findings() {
  const [state, setState] = useState<(typeof STATES)[number]>("open");
  const pages = usePages(["finding-list", state, currentLanguage()], (query) => typed<{ items: Finding[]; next?: string }>(api.GET("/api/v1/findings", { params: { query: { ...query, state } } })));
  return (
    <Page title={t("findings")} lead={t("findingsLead")}>
      <Select name="state" label={t("show")} value={state} onChange={(value) => setState(value as typeof state)} choices={STATES.map((value) => ({ value, label: t(`state-${value}`) }))} />
      <List of={pages} label={t("findings")} keyOf={(one) => one.finding_id} empty={<Empty title={t(state === "open" ? "noFindings" : "noResolved")}>{t("noFindingsWhy")}</Empty>}>
        {(one) => (
          <>
            <div className="row-between">
              <Link href={`/findings/${one.finding_id}`}>
                <strong>{one.title}</strong>
              </Link>
              <Severity of={one.severity} />
            </div>
            <p>{one.text}</p>
            <p className="quiet">
              {dayAndTime(one.found_at)} · {t("times", { n: one.count })}
              {one.outcome && ` · ${t(`outcome-${one.outcome}`)}`}
            </p>
          </>
        )}
      </List>
    </Page>
  );
}
