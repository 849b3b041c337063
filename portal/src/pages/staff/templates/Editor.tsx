/** The form of a template: name, specialty, and the fields of the kind of record as far as the template says them. */
import { useRef, useState, type FocusEvent } from "react";
import { asProblem, fieldWords, type Problem } from "../../../api/problems";
import type { Kind } from "../../../records";
import { RecordFormContext, type FormContext } from "../../../records/form/context";
import { Inputs } from "../../../records/form/Inputs";
import { changedAt, clean, pointer, type Path } from "../../../records/form/values";
import { isBlank, type Values } from "../../../records/schema";
import { Button, Card, ProblemBox, Section, Select, TextField } from "../../../ui";
import { useSendKey, type SendKey } from "../../../ui/sendKey";
import { Insert, type Cursor } from "./Insert";
import { Preview } from "./Preview";
import type { Choices } from "./shapes";
import { t } from "./words";
import "./templates.css";

export type Written = { name: string; kind: string; specialty: string; body: Values };
type Props = { kind: Kind; choices: Choices; given?: Partial<Written>; submit: string; send: (written: Written, key: SendKey) => Promise<unknown> };

/** Said of one record when it is written. */
const leftOut = (kind: Kind): readonly string[] => [kind.occurred, kind.files, "related", "doctor_name"];

/** Only what was filled in; what a model says by default is the record's to say. */
const filled = (values: Values, kind: Kind): Values =>
  Object.fromEntries(Object.entries(clean(values, kind.schema, kind.schema.$defs ?? {})).filter(([name, value]) => !isBlank(value) && !leftOut(kind).includes(name)));

/** "/sections/Сердце" as a path; numbers are places in lists. */
const pathOf = (name: string): Path =>
  name.split("/").slice(1).map((part) => (/^\d+$/.test(part) ? Number(part) : part.replace(/~1/g, "/").replace(/~0/g, "~")));

export function Editor({ kind, choices, given = {}, submit, send }: Props) {
  const [name, setName] = useState(given.name ?? "");
  const [specialty, setSpecialty] = useState(given.specialty ?? "");
  const [values, setValues] = useState<Values>(given.body ?? {});
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const { headers, renew } = useSendKey();
  const cursor = useRef<Cursor | null>(null);
  const form = useRef<HTMLFormElement>(null);
  const body = filled(values, kind);

  const change = (path: Path, value: unknown) => {
    setValues((before) => changedAt(before, path, value));
    renew();
  };
  const errorOf = (field: string) => (problem?.fields ?? []).filter((one) => one.field === field).map(fieldWords).join(" ");
  const context: FormContext = { kind, patientId: "", models: kind.schema.$defs ?? {}, change, errorAt: (path) => errorOf(`/body${pointer(path)}`), hintAt: () => "" };

  const noted = ({ target }: FocusEvent<HTMLElement>) => {
    if (!(target instanceof HTMLTextAreaElement || (target instanceof HTMLInputElement && target.type === "text"))) return;
    if (target.name.startsWith("/")) cursor.current = { name: target.name, from: target.selectionStart ?? 0, to: target.selectionEnd ?? 0 };
  };
  const put = ({ name: field, from, to }: Cursor, mark: string) => {
    const element = form.current?.elements.namedItem(field) as HTMLTextAreaElement | null;
    if (!element) return;
    change(pathOf(field), element.value.slice(0, from) + mark + element.value.slice(to));
    const behind = from + mark.length;
    cursor.current = { name: field, from: behind, to: behind };
    requestAnimationFrame(() => {
      element.focus();
      element.setSelectionRange(behind, behind);
    });
  };
  const save = async () => {
    setBusy(true);
    setProblem(null);
    try {
      await send({ name: name.trim(), kind: kind.name, specialty, body }, headers());
      renew();
    } catch (thrown) {
      setProblem(asProblem(thrown));
      renew();
      requestAnimationFrame(() => form.current?.querySelector<HTMLElement>("[aria-invalid=true], .problem")?.focus());
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      ref={form}
      className="stack form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) void save();
      }}
    >
      {problem && <ProblemBox problem={problem} shown={{ name, specialty, body: "" }} />}
      <TextField name="name" label={t("name")} hint={t("nameHint")} value={name} error={errorOf("/name")} maxLength={120} onChange={(to) => (setName(to), renew())} />
      <Select name="specialty" label={t("specialty")} value={specialty} error={errorOf("/specialty")} empty={t("anySpecialty")} choices={choices.specialties.map(({ code, label }) => ({ value: code, label }))} onChange={(to) => (setSpecialty(to), renew())} />
      <Insert choices={choices} cursor={cursor} put={put} />
      <Section title={t("text")}>
        <p className="quiet">{t("textWhy")}</p>
        {errorOf("/body") && <p className="field-error">{errorOf("/body")}</p>}
        <div className="stack" onBlur={noted}>
          <RecordFormContext value={context}>
            <Inputs schema={{ ...kind.schema, required: [] }} values={values} path={[]} without={leftOut(kind)} />
          </RecordFormContext>
        </div>
      </Section>
      <Section title={t("preview")}>
        <p className="quiet">{t("previewWhy")}</p>
        <Card>
          <Preview kind={kind} body={body} />
        </Card>
      </Section>
      <div className="row">
        <Button type="submit" busy={busy}>
          {submit}
        </Button>
      </div>
    </form>
  );
}
