import { useCallback, useEffect, useState } from "react";
import { asProblem, fieldWords, type FieldProblem, type Problem } from "../../api/problems";
import { checkRecord, type CardRecord, type Findings, type Kind } from "../access";
import { isBlank, type Values } from "../schema";
import type { FormContext } from "./context";
import { atFirst, changedAt, clean, pointer, type Path } from "./values";
import { useSendKey } from "../../ui/sendKey";

const PAUSE = 1200; // milliseconds without typing, then the entry is checked
const NONE: Findings = { storable: true, problems: [], hints: [] };
/** What is said only when the form is sent: somebody is still typing. */
const NOT_FILLED = new Set(["missing", "string-too-short", "string-type", "string-pattern-mismatch"]);

export type Send = (body: Values, key: Record<string, string>) => Promise<CardRecord>;

type Options = { kind: Kind; patientId: string; given: Values; send: Send; done: (record: CardRecord) => void; checked: boolean };

/** Values of a record's form, what the API said of them, and their sending. */
export function useRecordForm({ kind, patientId, given, send, done, checked }: Options) {
  const models = kind.schema.$defs ?? {};
  const [values, setValues] = useState<Values>(() => atFirst(kind.schema, given));
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const [changed, setChanged] = useState(false);
  const { headers, renew } = useSendKey();
  const [findings, forget] = useChecks(kind, values, changed && checked);

  const change = useCallback((path: Path, value: unknown) => {
    setValues((before) => changedAt(before, path, value));
    setProblem((before) => before && without(before, pointer(path)));
    forget(pointer(path));
    setChanged(true);
    renew();
  }, [forget, renew]);

  const body = () => clean(values, kind.schema, models);
  const submit = async (by: Send = send) => {
    setBusy(true);
    setProblem(null);
    try {
      const record = await by(body(), headers());
      renew();
      setChanged(false);
      done(record);
    } catch (thrown) {
      const refused = asProblem(thrown);
      if (!refused.offline) renew();
      setProblem(refused);
    } finally {
      setBusy(false);
    }
  };

  const said = (from: readonly FieldProblem[], path: Path) => from.filter((one) => one.field === pointer(path)).map(fieldWords).join(" ");
  const context: FormContext = {
    kind,
    patientId,
    models,
    change,
    errorAt: (path) => said(problem?.fields ?? [], path) || said(findings.problems.filter(({ code }) => !NOT_FILLED.has(code)), path),
    hintAt: (path) => said(findings.hints, path),
  };
  /** Values that were kept on this device of an unfinished form. */
  const set = (kept: Values) => {
    setValues((before) => ({ ...before, ...kept }));
    setChanged(true);
  };
  return { values, problem, busy, changed, submit, body, set, context };
}

/** The problem without what it says of a field that has been changed since. */
function without(problem: Problem, place: string): Problem {
  const fields = problem.fields.filter(({ field }) => field !== place && !field.startsWith(`${place}/`));
  if (fields.length === problem.fields.length) return problem;
  return Object.assign(Object.create(Object.getPrototypeOf(problem) as object) as Problem, problem, { fields });
}

/** What a check said, and how what it said of a field is forgotten when the field changes. */
function useChecks(kind: Kind, values: Values, wanted: boolean): readonly [Findings, (place: string) => void] {
  const [findings, setFindings] = useState(NONE);
  const forget = useCallback((place: string) => {
    const elsewhere = ({ field }: FieldProblem) => field !== place;
    setFindings((before) => ({ ...before, problems: before.problems.filter(elsewhere), hints: before.hints.filter(elsewhere) }));
  }, []);
  useEffect(() => {
    if (!wanted) return;
    let current = true;
    const body = clean(values, kind.schema, kind.schema.$defs ?? {});
    const filled = Object.fromEntries(Object.entries(body).filter(([, value]) => !isBlank(value)));
    // A check that fails says nothing: the entry is checked again when it is sent.
    const look = () => checkRecord(kind.name, filled).then((found) => current && setFindings(found), () => undefined);
    const timer = setTimeout(() => void look(), PAUSE);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [kind, values, wanted]);
  return [findings, forget];
}
