/** People who may be the same: ids, how likely, and which fields agree. Never a value: the papers are compared at the desk. */
import { useState } from "react";
import { asProblem, type Problem } from "../../../api/problems";
import { Button, Card, Notice, ProblemBox, Select } from "../../../ui";
import { CandidateFacts } from "./CandidateFacts";
import { p } from "./patientWords";

export type Candidate = { patient_id: string; probability: number; agrees: string[]; close: string[]; differs: string[] };
const REASONS = ["papers-compared", "namesake", "twin", "mistyped", "person-says", "other"] as const;
export type Decided = { answer: "same" | "different"; candidates: string[]; reason: (typeof REASONS)[number] };

type Props<A> = { candidates: readonly Candidate[]; decide: (decision: Decided) => Promise<A>; done: (answer: A) => void; back: () => void };

export function LookAlikes<A>({ candidates, decide, done, back }: Props<A>) {
  const [reason, setReason] = useState("");
  const [busy, setBusy] = useState(false);
  const [wanting, setWanting] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const answer = async (given: "same" | "different", ids: string[]) => {
    setWanting(!reason);
    if (!reason) return;
    setBusy(true);
    setProblem(null);
    try {
      done(await decide({ answer: given, candidates: ids, reason: reason as Decided["reason"] }));
    } catch (thrown) {
      setProblem(asProblem(thrown));
    }
    setBusy(false);
  };
  return (
    <div className="stack">
      <Notice tone="warn" live>
        {p("alikeWhy")}
      </Notice>
      {problem && <ProblemBox problem={problem} />}
      <Select
        name="reason"
        label={p("howKnown")}
        value={reason}
        onChange={setReason}
        error={wanting && !reason ? p("howKnownNeeded") : ""}
        empty={p("choose")}
        choices={REASONS.map((value) => ({ value, label: p(`known-${value}`) }))}
      />
      {candidates.map((one) => (
        <Card key={one.patient_id} as="article" label={p("candidate", { id: one.patient_id.slice(0, 6) })}>
          <CandidateFacts one={one} />
          <div>
            <Button kind="secondary" busy={busy} onPress={() => void answer("same", [one.patient_id])} label={`${p("samePerson")}: ${one.patient_id.slice(0, 6)}`}>
              {p("samePerson")}
            </Button>
          </div>
        </Card>
      ))}
      <div className="row">
        <Button busy={busy} onPress={() => void answer("different", candidates.map(({ patient_id: id }) => id))}>
          {p("anotherPerson")}
        </Button>
        <Button kind="plain" onPress={back}>
          {p("backToForm")}
        </Button>
      </div>
    </div>
  );
}
