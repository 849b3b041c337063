import type { QueryKey } from "@tanstack/react-query";
import { api } from "../../../api/client";
import { asProblem } from "../../../api/problems";
import { useChange } from "../../../api/queries";
import { useCardId } from "../../../app/session";
import { Card, Form, say, Section, useForm } from "../../../ui";
import { SlotScans } from "./CaseForm";
import { casesKey } from "./reading";
import { namedAsHere, type Values } from "./schema";
import type { Slot } from "./shapes";
import { documentsOf, SLOT } from "./useCaseForm";
import { t } from "./words";

/** Documents that staff asked for, in place of what stood in these slots. */
export function Supply({ caseId, slots, after }: { caseId: string; slots: readonly Slot[]; after: QueryKey[] }) {
  const cardId = useCardId();
  const names = slots.map(({ name }) => SLOT + name);
  const params = { path: { case_id: caseId } };
  const supplied = useChange(
    (documents: Record<string, string[]>) =>
      api.POST("/api/v1/me/cases/{case_id}/documents", { params, body: { documents } }),
    [...after, casesKey(cardId)],
  );
  const send = (values: Values) =>
    supplied.mutateAsync(documentsOf(slots, values)).catch((thrown: unknown) => {
      throw namedAsHere(asProblem(thrown), names);
    });
  const form = useForm<Values>(Object.fromEntries(names.map((name) => [name, []])), send, {
    check: (values) => (names.some((name) => values[name]?.length) ? {} : { [names[0] ?? ""]: t("supplyNone") }),
    done: () => say(t("supplied")),
  });
  return (
    <Section title={t("supply")}>
      <Card>
        <p>{t("supplyWhat")}</p>
        <Form form={form} submit={t("send")}>
          {slots.map((slot) => (
            <SlotScans key={slot.name} slot={slot} form={form} />
          ))}
        </Form>
      </Card>
    </Section>
  );
}
