import { useLocation, useSearchParams } from "wouter";
import { Link } from "wouter";
import { api } from "../../../api/client";
import { usePages } from "../../../api/queries";
import { typed } from "../../../api/typed";
import { inLanguage } from "../../../i18n";
import { day, dayAndTime } from "../../../i18n/dates";
import { Empty, List, Page, Select, Shown, Tag } from "../../../ui";
import { useCaseKinds } from "./caseKinds";
import type { CaseKind, Paged, QueuedCase } from "./shapes";
import { t } from "./words";

/** Cases of one kind at a time: each kind is a queue of its own. */
export default function Cases() {
  const kinds = useCaseKinds();
  return (
    <Page title={t("cases")} lead={t("oldestFirst")} up={{ to: "/", label: t("work") }}>
      <Shown of={kinds}>{(found) => <OfKind kinds={found} />}</Shown>
    </Page>
  );
}

function OfKind({ kinds }: { kinds: readonly CaseKind[] }) {
  const [, go] = useLocation();
  const [search] = useSearchParams();
  const kind = search.get("kind") ?? kinds[0]?.kind ?? "";
  const pages = usePages(["case-queue", kind], (query) => typed<Paged<QueuedCase>>(api.GET("/api/v1/cases", { params: { query: { ...query, kind } } })), { wanted: Boolean(kind) });
  return (
    <>
      <Select
        name="kind"
        label={t("kind")}
        value={kind}
        onChange={(chosen) => go(`/cases?kind=${chosen}`, { replace: true })}
        choices={kinds.map((one) => ({ value: one.kind, label: inLanguage(one.label) }))}
      />
      <List of={pages} label={t("cases")} keyOf={(one) => one.case_id} empty={<Empty title={t("noCases")}>{t("noCasesWhy")}</Empty>}>
        {(one) => <Line one={one} />}
      </List>
    </>
  );
}

function Line({ one }: { one: QueuedCase }) {
  return (
    <div className="row-between">
      <Link href={`/cases/${one.patient_id}/${one.case_id}`}>{t("caseOf", { at: dayAndTime(one.filed_at ?? one.at) })}</Link>
      <span className="row">
        {one.due && <span className="quiet">{t("due", { day: day(one.due) })}</span>}
        {one.overdue && <Tag tone="bad">{t("overdue")}</Tag>}
        {one.state && <Tag>{t(`state-${one.state}`)}</Tag>}
      </span>
    </div>
  );
}
