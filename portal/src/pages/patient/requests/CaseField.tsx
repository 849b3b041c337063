/** One field of a request, drawn by what its schema says; a few names have choices that the schema cannot list. */
import { sectionChoices } from "../../../access/sections";
import { day } from "../../../i18n/dates";
import {
  Checkboxes,
  DateField,
  Radios,
  Select,
  TextArea,
  TextField,
  type Choice,
  type FieldProps,
  type FormState,
} from "../../../ui";
import { countries } from "../../entry/countries";
import { fieldHint, fieldTitle, optionTitle } from "./fieldWords";
import { useCases, useOrganisations } from "./reading";
import type { FieldSchema, Values } from "./schema";
import { t } from "./words";

const FEW = 4; // choices that stand side by side
const DIGITS = /snils|oms|passport_(series|number)|migration_card/;

type Props = { kind: string; field: FieldSchema; needed: boolean; form: FormState<Values> };

export function CaseField({ kind, field, needed, form }: Props) {
  const { name } = field;
  const given = form.field(name);
  const one = given as FieldProps;
  const hint = fieldHint(kind, name) || (field.kind === "day" && !needed ? t("mayLeave") : "");
  const said = { label: fieldTitle(kind, name), optional: !needed, ...(hint ? { hint } : {}) };
  if (name === "for_case") return <WaitingCase given={one} said={said} />;
  if (name === "organisation_id" || name === "to_organisation_id") return <Clinic given={one} said={said} />;
  if (name === "citizenship") return <Select {...one} {...said} empty={t("choose")} choices={countries()} />;
  if (field.kind === "several") {
    const choices = sectionChoices();
    return <Checkboxes {...(given as FieldProps<readonly string[]>)} {...said} choices={choices} />;
  }
  if (field.kind === "choice") return <Options given={one} said={said} kind={kind} field={field} />;
  if (field.kind === "day") return <DateField {...one} {...said} />;
  if (field.kind === "long") return <TextArea {...one} {...said} {...(field.most ? { maxLength: field.most } : {})} />;
  return (
    <TextField
      {...one}
      {...said}
      required={needed}
      {...(DIGITS.test(name) ? { inputMode: "numeric", width: "middle" } : {})}
    />
  );
}

type Said = { label: string; hint?: string; optional: boolean };

function Options({ given, said, kind, field }: { given: FieldProps; said: Said; kind: string; field: FieldSchema }) {
  const choices = field.options.map((value): Choice => ({ value, label: optionTitle(kind, field.name, value) }));
  return choices.length > FEW ? (
    <Select {...given} {...said} empty={t("choose")} choices={choices} />
  ) : (
    <Radios {...given} {...said} choices={choices} />
  );
}

function Clinic({ given, said }: { given: FieldProps; said: Said }) {
  return <Select {...given} {...said} empty={t("choose")} choices={useOrganisations()} />;
}

/** A newborn's request of one's own that the other parent does not answer. */
function WaitingCase({ given, said }: { given: FieldProps; said: Said }) {
  const waiting = useCases().items.filter(({ kind, state }) => kind === "newborn" && state === "awaiting-parties");
  const choices = waiting.map(({ case_id, filed_at }) => ({
    value: case_id,
    label: t("newbornFrom", { day: day(filed_at) }),
  }));
  return (
    <Select
      {...given}
      {...said}
      {...(choices.length ? {} : { hint: t("noWaiting") })}
      empty={t("choose")}
      choices={choices}
    />
  );
}
