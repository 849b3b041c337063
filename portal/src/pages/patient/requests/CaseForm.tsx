import { useLocation } from "wouter";
import { useCardId } from "../../../app/session";
import { inLanguage } from "../../../i18n";
import { KeptNotice, useKeptForm } from "../../../offline/keptForm";
import { Card, Form, say, type FormState } from "../../../ui";
import { Scans } from "../card/Scans";
import { CaseField } from "./CaseField";
import type { Values } from "./schema";
import type { CaseKind, Slot } from "./shapes";
import { SLOT, useCaseForm } from "./useCaseForm";
import { t } from "./words";

export function CaseForm({ kind }: { kind: CaseKind }) {
  const [, go] = useLocation();
  const { form, fields, slots, needed } = useCaseForm(kind, (caseId) => {
    say(t("sent"));
    go(`/requests/${caseId}`);
  });
  const kept = useKeptForm(`case/${useCardId()}/${kind.kind}`, form);
  return (
    <Card>
      <KeptNotice kept={kept} />
      <Form form={form} submit={t("send")}>
        {fields.map((field) => (
          <CaseField key={field.name} kind={kind.kind} field={field} needed={needed(field)} form={form} />
        ))}
        {slots.map((slot) => (
          <SlotScans key={slot.name} slot={slot} form={form} />
        ))}
      </Form>
    </Card>
  );
}

/** Scans of one place for documents, with what is wrong with them above. */
export function SlotScans({
  slot,
  form,
  name = SLOT + slot.name,
}: {
  slot: Slot;
  form: FormState<Values>;
  name?: string;
}) {
  const error = form.errors[name];
  const ids = form.values[name] ?? [];
  const label = inLanguage(slot.label);
  return (
    <div className="stack-tight">
      {error && (
        <p className="field-error problem" role="alert" tabIndex={-1}>
          {`${label}: ${error}`}
        </p>
      )}
      <Scans label={label} ids={typeof ids === "string" ? [] : ids} onChange={(given) => form.set({ [name]: given })} />
    </div>
  );
}
