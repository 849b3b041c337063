import { useQueryClient } from "@tanstack/react-query";
import { useCardId } from "../../../../app/session";
import { currentLanguage, inLanguage } from "../../../../i18n";
import { ask, recordPath } from "../../../../records";
import { SECTION_NAMES } from "../../../../records/sections";
import { Checkboxes, DateField, Form, More, Radios, say, TextField, useForm } from "../../../../ui";
import { isWhole } from "../finding";
import { cardWords } from "../words";
import { documentWords as t } from "./words";

const SECTIONS = Object.entries(SECTION_NAMES);

/** What the copy is to hold. Without sections it is the whole card. */
export function ExportOrder() {
  const cardId = useCardId();
  const queries = useQueryClient();
  const form = useForm(
    { sections: [] as readonly string[], from: "", to: "", format: "pdf", purpose: "" },
    ({ from, to, ...values }, headers) =>
      ask(recordPath(cardId, "exports"), {
        method: "POST",
        headers,
        body: { ...values, language: currentLanguage(), ...(from ? { from } : {}), ...(to ? { to } : {}) },
      }),
    {
      check: ({ from, to }) => ({ from: isWhole(from) ? "" : cardWords("noSuchDay"), to: isWhole(to) ? "" : cardWords("noSuchDay") }),
      done: () => {
        say(t("orderDone"));
        void queries.invalidateQueries({ queryKey: ["export-list"] });
      },
    },
  );
  return (
    <Form form={form} submit={t("orderButton")}>
      <Checkboxes {...form.field("sections")} label={t("whichSections")} hint={t("whichHint")} choices={SECTIONS.map(([value, label]) => ({ value, label: inLanguage(label) }))} />
      <DateField {...form.field("from")} label={cardWords("from")} optional />
      <DateField {...form.field("to")} label={cardWords("to")} optional />
      <More title={t("more")}>
        <div className="stack">
          <Radios {...form.field("format")} label={t("format")} choices={[{ value: "pdf", label: t("formatPdf") }, { value: "json", label: t("formatJson") }]} />
          <TextField {...form.field("purpose")} label={t("purpose")} hint={t("purposeHint")} maxLength={200} optional />
        </div>
      </More>
    </Form>
  );
}
