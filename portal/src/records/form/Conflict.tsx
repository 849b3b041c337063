/** Somebody changed the record meanwhile: both versions side by side, and whoever writes chooses. */
import { useState } from "react";
import { asProblem, type Problem } from "../../api/problems";
import { Button, Facts, Notice, ProblemBox, Shown } from "../../ui";
import { etagOf, usePresent, type CardRecord, type Kind } from "../access";
import { brief, readable, type Values } from "../schema";
import { formWords as t } from "./words";

type Props = {
  kind: Kind;
  patientId: string;
  recordId: string;
  mine: Values;
  keepMine: (etag: string) => Promise<void>;
  takeTheirs: (record: CardRecord) => void;
};

export function Conflict({ kind, patientId, recordId, mine, keepMine, takeTheirs }: Props) {
  const stored = usePresent(patientId, kind.collection, recordId);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const keep = async (record: CardRecord) => {
    setBusy(true);
    await keepMine(etagOf(record)).catch((thrown: unknown) => setProblem(asProblem(thrown)));
    setBusy(false);
  };
  return (
    <Shown of={stored}>
      {(record) => (
        <div className="stack">
          <Notice tone="warn" live title={t("conflict")}>
            {t("conflictWhy")}
          </Notice>
          {problem && <ProblemBox problem={problem} />}
          <div className="versions">
            <Side title={t("mine")} values={mine} other={record.body} kind={kind} />
            <Side title={t("theirs")} values={record.body} other={mine} kind={kind} />
          </div>
          <div className="row">
            <Button busy={busy} onPress={() => void keep(record)}>
              {t("keepMine")}
            </Button>
            <Button kind="secondary" onPress={() => takeTheirs(record)}>
              {t("takeTheirs")}
            </Button>
          </div>
        </div>
      )}
    </Shown>
  );
}

const alike = (one: unknown, other: unknown) => JSON.stringify(one ?? null) === JSON.stringify(other ?? null);

/** What of a version differs from the other one. */
function Side({ title, values, other, kind }: { title: string; values: Values; other: Values; kind: Kind }) {
  const models = kind.schema.$defs ?? {};
  const differing = readable(kind.schema).filter(([name]) => !alike(values[name], other[name]));
  return (
    <section className="card" aria-label={title}>
      <h3>{title}</h3>
      <Facts facts={differing.map(([name, property, label]) => [label, brief(values[name], property, models) || t("empty")] as const)} />
    </section>
  );
}
