/** The decision of the second registrar, and taking it back within its time. */
import { api } from "../../../api/client";
import { useChange } from "../../../api/queries";
import { ifMatch } from "../../../api/typed";
import { Card, Form, Radios, say, Section, Select, useForm } from "../../../ui";
import { p } from "./patientWords";
import { Stale } from "./Stale";

export type MergeReview = {
  merge_id: string;
  patient_id: string;
  source: string;
  state: "proposed" | "running" | "merged" | "undoing" | "undone" | "refused";
  version: number;
  proposed_at: string;
  undo_until?: string;
  counts: { carried: number };
  match?: { probability: number; differs: string[]; veto: string };
  profile?: { field: string; stays: string; goes: string }[];
  records?: { stays: Record<string, number>; goes: Record<string, number> };
  near_duplicates?: unknown[];
  consents_to_give_anew?: unknown[];
  whole?: boolean;
};

type Props = { merge: MergeReview; again: () => void };
const REASONS = ["papers-compared", "other-person", "unclear", "withdrawn", "other"] as const;
const UNDOING = ["other-person", "patient-asked", "error", "other"] as const;
const AFTER = (id: string) => [["merge-list"], ["queue-size"], ["merge-read", id]];

export function DecideMerge({ merge, again }: Props) {
  const params = { path: { patient_id: merge.patient_id, merge_id: merge.merge_id } };
  const decided = useChange(
    (body: { approve: boolean; reason: (typeof REASONS)[number] }) =>
      api.POST("/api/v1/patients/{patient_id}/merges/{merge_id}/decision", { params, headers: ifMatch(merge.version), body }),
    AFTER(merge.merge_id),
  );
  const form = useForm({ decision: "", reason: "" }, ({ decision, reason }) => decided.mutateAsync({ approve: decision === "approve", reason: reason as (typeof REASONS)[number] }), {
    check: ({ decision, reason }) => ({ decision: decision ? "" : p("decisionNeeded"), reason: reason ? "" : p("basisNeeded") }),
    done: () => say(p("decided")),
  });
  return (
    <Section title={p("decision")}>
      <p>{p("secondDecides")}</p>
      <Stale problem={form.problem} again={again} />
      <Card>
        <Form form={form} submit={p("decide")}>
          <Radios
            {...form.field("decision")}
            label={p("decision")}
            choices={[
              { value: "approve", label: p("approveMerge") },
              { value: "refuse", label: p("refuseMerge") },
            ]}
          />
          <Select {...form.field("reason")} label={p("basis")} empty={p("choose")} choices={REASONS.map((value) => ({ value, label: p(`mergeReason-${value}`) }))} />
        </Form>
      </Card>
    </Section>
  );
}

export function UndoMerge({ merge, again }: Props) {
  const params = { path: { patient_id: merge.patient_id, merge_id: merge.merge_id } };
  const undone = useChange(
    (reason: (typeof UNDOING)[number]) => api.POST("/api/v1/patients/{patient_id}/merges/{merge_id}/undoing", { params, headers: ifMatch(merge.version), body: { reason } }),
    AFTER(merge.merge_id),
  );
  const form = useForm({ reason: "" }, ({ reason }) => undone.mutateAsync(reason as (typeof UNDOING)[number]), {
    check: ({ reason }) => ({ reason: reason ? "" : p("basisNeeded") }),
    done: () => say(p("undoBegun")),
  });
  return (
    <Section title={p("undo")}>
      <p>{p("undoWhy")}</p>
      <Stale problem={form.problem} again={again} />
      <Card>
        <Form form={form} submit={p("undoIt")} kind="danger">
          <Select {...form.field("reason")} label={p("basis")} empty={p("choose")} choices={UNDOING.map((value) => ({ value, label: p(`undo-${value}`) }))} />
        </Form>
      </Card>
    </Section>
  );
}
