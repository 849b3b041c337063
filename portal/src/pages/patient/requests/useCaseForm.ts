/** The form of one kind of request: its fields by the schema and the forks, what is missing, how it is sent. */
import { useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { api } from "../../../api/client";
import { asProblem } from "../../../api/problems";
import { useCardId, useMe } from "../../../app/session";
import { useForm, type SendKey } from "../../../ui";
import { forksOf, isAsked, isNeeded, isNeverAsked } from "./forks";
import { casesKey } from "./reading";
import { bodyOf, fieldsOf, namedAsHere, type FieldSchema, type Values } from "./schema";
import type { CaseKind, Slot } from "./shapes";
import { t } from "./words";

export const SLOT = "documents.";

/** Uploads by slot, as the API takes them. */
export function documentsOf(slots: readonly Slot[], values: Values): Record<string, string[]> {
  const given = slots.map(({ name }): [string, string[]] => [name, [...(values[SLOT + name] ?? [])]]);
  return Object.fromEntries(given.filter(([, ids]) => ids.length));
}

/** A new name is the old one with a correction: it is there to be corrected. */
const KNOWN = ["last_name", "first_name", "middle_name", "birth_date"] as const;
const KNOWN_IN = "profile-change";

/** The fields that people see, with the questions of the forks before the first field that they decide about. */
function shownFields(kind: CaseKind): FieldSchema[] {
  const left = new Set(forksOf(kind.kind).filter(({ name }) => name.startsWith("@")));
  const found: FieldSchema[] = [];
  for (const field of fieldsOf(kind.form)) {
    if (isNeverAsked(kind.kind, field.name)) continue;
    for (const fork of left) {
      const first = Object.values(fork.ways).some((names) => names.includes(field.name));
      if (!first) continue;
      left.delete(fork);
      const options = Object.keys(fork.ways);
      found.push({
        name: fork.name,
        kind: "choice",
        options,
        required: true,
        initial: options[0] ?? "",
        most: undefined,
      });
    }
    found.push(field);
  }
  return found;
}

function useInitial(kind: CaseKind, fields: readonly FieldSchema[]): Values {
  const { profile } = useMe();
  return useMemo(() => {
    const initial: Record<string, string | readonly string[]> = {};
    for (const { name, kind: type, initial: given } of fields) initial[name] = type === "several" ? [] : given;
    for (const { name } of kind.documents) initial[SLOT + name] = [];
    if (kind.kind === KNOWN_IN) for (const name of KNOWN) initial[name] = profile[name] ?? "";
    return initial;
  }, [kind, fields, profile]);
}

export function useCaseForm(kind: CaseKind, done: (caseId: string) => void) {
  const cardId = useCardId();
  const client = useQueryClient();
  const fields = useMemo(() => shownFields(kind), [kind]);
  const initial = useInitial(kind, fields);
  const asked = (name: string, values: Values) => isAsked(kind.kind, name, values);
  const needed = ({ name, required }: FieldSchema) => required || isNeeded(kind.kind, name);
  const slots = (values: Values) => kind.documents.filter(({ name }) => asked(SLOT + name, values));

  const send = async (values: Values, headers: SendKey) => {
    const names = fields.map(({ name }) => name).filter((name) => !name.startsWith("@") && asked(name, values));
    const body = {
      kind: kind.kind,
      form: bodyOf(names, values, initial),
      documents: documentsOf(slots(values), values),
    };
    const answer = await api.POST("/api/v1/me/cases", { body, headers }).catch((thrown: unknown) => {
      throw namedAsHere(asProblem(thrown), Object.keys(values));
    });
    return answer.data as unknown as { case_id: string };
  };

  const missing = (values: Values) => {
    const found: Record<string, string> = {};
    for (const field of fields) {
      if (asked(field.name, values) && needed(field) && !values[field.name]?.length) {
        found[field.name] = t(field.kind === "day" ? "dayNeeded" : "needed");
      }
    }
    for (const { name, least, most } of slots(values)) {
      const count = values[SLOT + name]?.length ?? 0;
      const fewest = isNeeded(kind.kind, SLOT + name) ? Math.max(1, least) : least;
      if (count < fewest) found[SLOT + name] = t("scansNeeded", { n: fewest });
      if (count > most) found[SLOT + name] = t("tooManyScans", { n: most });
    }
    return found;
  };

  const form = useForm<Values, { case_id: string }>(initial, send, {
    check: missing,
    done: ({ case_id }) => {
      void client.invalidateQueries({ queryKey: casesKey(cardId) });
      done(case_id);
    },
  });
  return { form, needed, slots: slots(form.values), fields: fields.filter(({ name }) => asked(name, form.values)) };
}
