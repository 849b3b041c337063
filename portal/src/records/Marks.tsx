import { Tag } from "../ui";
import type { CardRecord } from "./access";
import { recordWords as t } from "./words";

const WITHDRAWN = "entered-in-error";
const STATES = {
  active: "good",
  dispensed: "quiet",
  revoked: "bad",
  replaced: "quiet",
  expired: "warn",
} as const;

type State = keyof typeof STATES;

/** Whose word it is, and what has become of it. */
export function Marks({ record }: { record: CardRecord }) {
  const state = record.status?.state ?? "";
  const corrected = record.version > 1 && !record.confirmed;
  if (record.source === "staff" && !corrected && !state && !record.summary_only && record.body["status"] !== WITHDRAWN) return null;
  return (
    <p className="row">
      {record.body["status"] === WITHDRAWN && <Tag tone="bad">{t("withdrawn")}</Tag>}
      {record.source === "patient-reported" && <Tag tone={record.confirmed ? "quiet" : "info"}>{t("patient-reported")}</Tag>}
      {record.source === "connected" && <Tag>{t("connected")}</Tag>}
      {record.confirmed && <Tag tone="good">{t("confirmed")}</Tag>}
      {state in STATES && <Tag tone={STATES[state as State]}>{t(state as State)}</Tag>}
      {corrected && <Tag tone="warn">{t("corrected", { n: record.version })}</Tag>}
      {record.summary_only && <Tag>{t("brief")}</Tag>}
    </p>
  );
}
