import { useParams } from "wouter";
import { api } from "../../../api/client";
import { useRead } from "../../../api/queries";
import { typed } from "../../../api/typed";
import { dayAndTime } from "../../../i18n/dates";
import { inLanguage } from "../../../i18n";
import { kindOf, useKinds } from "../../../records";
import { Facts, Notice, Page, Section, Shown, Table, Tag } from "../../../ui";
import { Comparison } from "./Comparison";
import { fieldName } from "./fieldWords";
import { DecideMerge, UndoMerge, type MergeReview } from "./MergeSteps";
import { p } from "./patientWords";

const TONES = { proposed: "warn", running: "info", merged: "good", undoing: "info", undone: "quiet", refused: "quiet" } as const;

/** Both cards side by side: where the profiles differ, how much is in each, what is in both. No clinical content. */
export default function Merge() {
  const { patientId = "", mergeId = "" } = useParams();
  const path = { patient_id: patientId, merge_id: mergeId };
  const found = useRead(["merge-read", mergeId], () => typed<MergeReview>(api.GET("/api/v1/patients/{patient_id}/merges/{merge_id}", { params: { path } })), { fresh: 0 });
  const again = () => void found.refetch();
  return (
    <Page title={p("merge")} up={{ to: "/merges", label: p("merges") }}>
      <Shown of={found}>
        {(merge) => (
          <>
            <p className="row">
              <Tag tone={TONES[merge.state]}>{p(`merge-${merge.state}`)}</Tag>
              <span>{p("willGo", { goes: merge.source.slice(0, 6), stays: merge.patient_id.slice(0, 6) })}</span>
            </p>
            <Facts
              facts={[
                [p("proposedAt"), dayAndTime(merge.proposed_at)],
                [p("undoUntil"), dayAndTime(merge.undo_until)],
                [p("carried"), merge.counts.carried || ""],
              ]}
            />
            {merge.state === "proposed" && <Compared merge={merge} />}
            {merge.state === "proposed" && <DecideMerge key={merge.version} merge={merge} again={again} />}
            {merge.state === "merged" && <UndoMerge key={merge.version} merge={merge} again={again} />}
          </>
        )}
      </Shown>
    </Page>
  );
}

function Compared({ merge }: { merge: MergeReview }) {
  const { match, profile = [], whole } = merge;
  return (
    <Section title={p("compared")}>
      {match && (
        <Facts
          facts={[
            [p("likely"), p("percent", { n: Math.round(match.probability * 100) })],
            [p("differs"), match.differs.map(fieldName).join(", ")],
          ]}
        />
      )}
      {match?.veto && (
        <Notice tone="bad" title={p("veto")}>
          {fieldName(match.veto)}
        </Notice>
      )}
      {profile.length > 0 ? (
        <Comparison pairs={profile.map(({ field, stays, goes }) => ({ field, given: stays, known: goes, differs: true }))} caption={p("compared")} given={p("stays")} known={p("goes")} />
      ) : (
        <p>{p("profilesAgree")}</p>
      )}
      <Counts merge={merge} />
      {whole === false && <Notice tone="warn">{p("notWhole")}</Notice>}
      {(merge.near_duplicates?.length ?? 0) > 0 && <Notice tone="info">{p("near", { n: merge.near_duplicates?.length ?? 0 })}</Notice>}
      {(merge.consents_to_give_anew?.length ?? 0) > 0 && <Notice tone="info">{p("consentsAnew", { n: merge.consents_to_give_anew?.length ?? 0 })}</Notice>}
    </Section>
  );
}

function Counts({ merge: { records } }: { merge: MergeReview }) {
  const kinds = useKinds();
  if (!records) return null;
  const names = [...new Set([...Object.keys(records.stays), ...Object.keys(records.goes)])].sort();
  const title = (name: string) => {
    const kind = kindOf(kinds.data ?? [], name);
    return kind ? inLanguage(kind.labels) : name;
  };
  if (!names.length) return <p>{p("bothEmpty")}</p>;
  return (
    <Table
      caption={p("recordsOfBoth")}
      rows={names}
      keyOf={(name) => name}
      columns={[
        { title: p("records"), of: title },
        { title: p("stays"), of: (name) => records.stays[name] ?? 0, number: true },
        { title: p("goes"), of: (name) => records.goes[name] ?? 0, number: true },
      ]}
    />
  );
}
