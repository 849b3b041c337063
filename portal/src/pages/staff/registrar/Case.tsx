import { useParams } from "wouter";
import { api } from "../../../api/client";
import { useRead } from "../../../api/queries";
import { typed } from "../../../api/typed";
import { inLanguage } from "../../../i18n";
import { day, dayAndTime } from "../../../i18n/dates";
import { Facts, Notice, Page, Section, Shown, Tag } from "../../../ui";
import { CaseDecision } from "./CaseDecision";
import { useCaseKinds } from "./caseKinds";
import { Comparison, shown } from "./Comparison";
import { fieldName, findingWords, inOrder } from "./fieldWords";
import { ScanList } from "./ScanList";
import type { CaseKind, CaseReview } from "./shapes";
import { t } from "./words";

/** One case: what is asked for, what the system knows beside it, the documents, and the steps that are possible. */
export default function Case() {
  const { patientId = "", caseId = "" } = useParams();
  const kinds = useCaseKinds();
  const found = useRead(
    ["case-review", caseId],
    () => typed<CaseReview>(api.GET("/api/v1/cases/{patient_id}/{case_id}", { params: { path: { patient_id: patientId, case_id: caseId } } })),
    { fresh: 0 },
  );
  const kind = kinds.data?.find((one) => one.kind === found.data?.kind);
  return (
    <Page title={kind ? inLanguage(kind.label) : t("cases")} up={{ to: `/cases${kind ? `?kind=${kind.kind}` : ""}`, label: t("cases") }}>
      <Shown of={found}>
        {(review) => (
          <>
            <p className="row">
              <Tag tone="info">{t(`state-${review.state}`)}</Tag>
              <span>{t("filed", { at: dayAndTime(review.filed_at) })}</span>
              {review.due && <span>{t("due", { day: day(review.due) })}</span>}
              {review.overdue && <Tag tone="bad">{t("overdue")}</Tag>}
            </p>
            <Section title={t("form")}>
              <Facts facts={factsOf(review.form)} />
            </Section>
            <Beside review={review} />
            <Documents review={review} kind={kind} />
            <CaseDecision key={review.version} review={review} fulfilled={Boolean(kind?.term_days)} again={() => void found.refetch()} />
          </>
        )}
      </Shown>
    </Page>
  );
}

const INTERNAL = /(_id|_version|^filed_on)$/; // ids and numbers of versions say nothing to a person

/** What stands in a form, one level deep or two, by names that a person knows. */
function factsOf(form: Record<string, unknown>): [string, string][] {
  const sorted = Object.entries(form).sort(([one], [other]) => inOrder(one, other));
  return sorted.flatMap(([name, value]): [string, string][] => {
    if (value === null || value === "" || INTERNAL.test(name)) return [];
    if (Array.isArray(value)) return value.every((one) => typeof one === "string") ? [[fieldName(name), value.map(shown).join(", ")]] : [];
    return typeof value === "object" ? factsOf(value as Record<string, unknown>) : [[fieldName(name), shown(value)]];
  });
}

const SAID_ELSEWHERE = new Set(["findings", "differs", "fields", "profile_changed_since", "parents"]);

function Beside({ review }: { review: CaseReview }) {
  const { findings = [], differs = [], fields = [], profile_changed_since: changed } = review.beside;
  const rest = Object.fromEntries(Object.entries(review.beside).filter(([name]) => !SAID_ELSEWHERE.has(name)));
  const parents = (review.beside["parents"] ?? []) as Record<string, unknown>[];
  return (
    <Section title={t("beside")}>
      {(findings.length > 0 || differs.length > 0 || changed) && (
        <Notice tone="warn" title={t("speaksAgainst")}>
          <ul>
            {changed && <li>{t("profileChanged")}</li>}
            {findings.map((one) => (
              <li key={one}>{findingWords(one)}</li>
            ))}
            {differs.map((one) => (
              <li key={one}>
                {fieldName(one)}: {t("differs")}
              </li>
            ))}
          </ul>
        </Notice>
      )}
      {fields.length > 0 && (
        <Comparison
          pairs={fields.map((one) => ({ field: one.field, given: one.old, known: one.new, differs: one.differs }))}
          caption={t("beside")}
          given={t("before")}
          known={t("after")}
        />
      )}
      {parents.map((parent, index) => (
        <div key={index} className="stack-tight">
          <h3>{t("parent", { n: index + 1 })}</h3>
          <Facts facts={factsOf(parent)} />
        </div>
      ))}
      <Facts facts={factsOf(rest)} />
    </Section>
  );
}

function Documents({ review, kind }: { review: CaseReview; kind: CaseKind | undefined }) {
  const slots = Object.entries(review.documents);
  const title = (slot: string) => {
    const label = kind?.documents.find(({ name }) => name === slot)?.label;
    return label ? inLanguage(label) : slot;
  };
  return (
    <Section title={t("documents")}>
      {!slots.length && <p>{t("noDocuments")}</p>}
      {slots.map(([slot, scans]) => (
        <ScanList key={slot} title={title(slot)} scans={scans} pathOf={(id) => `/api/v1/cases/${review.patient_id}/${review.case_id}/uploads/${id}`} />
      ))}
    </Section>
  );
}
