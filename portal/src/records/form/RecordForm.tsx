/**
 * The form of a record of any kind, made from the schema of its kind. With `record` it amends that one (If-Match), else
 * it makes one. `given` fills fields in beforehand, `without` leaves fields out of sight (what stands in them is sent).
 */
import { useEffect, useRef, type ReactNode } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { KeptNotice, useKeptForm } from "../../offline/keptForm";
import { Button, ProblemBox } from "../../ui";
import { afterWriting, amendRecord, createRecord, etagOf, type CardRecord, type Kind } from "../access";
import { readable, type Values } from "../schema";
import { Conflict } from "./Conflict";
import { RecordFormContext } from "./context";
import { NextGap } from "./gaps";
import { Inputs } from "./Inputs";
import { useRecordForm, type Send } from "./useRecordForm";
import { formWords as t } from "./words";
import "../records.css";

type Props = {
  kind: Kind;
  patientId: string;
  record?: CardRecord;
  given?: Values;
  without?: readonly string[];
  /** Instead of the routes of the kind, where a process has its own. */
  send?: Send;
  done: (record: CardRecord) => void;
  submit?: string;
  actions?: ReactNode;
  /** What tells it from another unfinished form of the same kind for the same patient: the template that it is from. */
  begunWith?: string;
};

export function RecordForm({ kind, patientId, record, given = {}, without = [], send, done, submit, actions, begunWith }: Props) {
  const queries = useQueryClient();
  const written = async (made: CardRecord) => {
    await Promise.all(afterWriting(patientId, kind.collection).map((queryKey) => queries.invalidateQueries({ queryKey })));
    done(made);
  };
  const amend = (etag: string): Send => (body) => amendRecord(patientId, kind.collection, record?.id ?? "", body, etag).then(({ data }) => data);
  const create: Send = (body, key) => createRecord(patientId, kind.collection, body, key).then(({ data }) => data);
  const form = useRecordForm({
    kind,
    patientId,
    given: record ? record.body : given,
    send: send ?? (record ? amend(etagOf(record)) : create),
    done: (made) => void written(made),
    checked: JSON.stringify(kind.schema).includes('"x-code-set"'),
  });
  const kept = useKeptForm<Values>(["record", kind.name, record?.id ?? patientId, begunWith].filter(Boolean).join("/"), form);
  const shown = Object.fromEntries(readable(kind.schema).filter(([name]) => !without.includes(name)).map(([name]) => [name, name]));
  const box = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (form.problem) box.current?.querySelector<HTMLElement>("[aria-invalid=true], .problem")?.focus();
  }, [form.problem]);
  if (record && form.problem?.status === 412) {
    return <Conflict kind={kind} patientId={patientId} recordId={record.id} mine={form.body()} keepMine={(etag) => form.submit(amend(etag))} takeTheirs={done} />;
  }
  return (
    <form
      ref={box}
      className="stack form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!form.busy) void form.submit();
      }}
    >
      {form.problem && <ProblemBox problem={form.problem} shown={shown} />}
      <KeptNotice kept={kept} />
      <RecordFormContext value={form.context}>
        <Inputs schema={kind.schema} values={form.values} path={[]} without={without} />
      </RecordFormContext>
      <NextGap form={box} values={form.values} />
      <div className="row">
        <Button type="submit" busy={form.busy}>
          {submit ?? t("save")}
        </Button>
        {actions}
      </div>
    </form>
  );
}
