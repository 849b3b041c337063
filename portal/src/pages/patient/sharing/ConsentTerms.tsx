/** What is opened, for what and until when: the fields of every consent. */
import { sectionChoices, type SharedSection } from "../../../access/sections";
import { Checkboxes, Radios, Select, type FormState } from "../../../ui";
import type { Level, Purpose } from "./shapes";
import { t } from "./words";

export type Terms = { level: Level; whole: "whole" | "some"; sections: readonly SharedSection[]; purpose: Purpose; days: string };

const PURPOSES = ["treatment", "consultation", "examination", "second-opinion"] as const;
const DAYS = ["1", "14", "30", "90", "365"] as const;

export const termsOf = (given: { level: Level; sections: readonly SharedSection[]; purpose: Purpose }): Terms => ({
  level: given.level,
  whole: given.sections.length ? "some" : "whole",
  sections: given.sections,
  purpose: given.purpose,
  days: "90",
});

/** As the API takes them; the day is that of now. */
export const sentTerms = ({ level, whole, sections, purpose, days }: Terms) => ({
  level,
  purpose,
  sections: whole === "whole" ? [] : [...sections],
  valid_until: new Date(Date.now() + Number(days) * 86_400_000).toISOString(),
});

export const termsFault = ({ whole, sections }: Terms): string => (whole === "some" && !sections.length ? t("sectionsNeeded") : "");

export function ConsentTerms({ form }: { form: FormState<Terms> }) {
  const { values } = form;
  return (
    <>
      <Radios
        {...form.field("whole")}
        onChange={(whole) => form.set({ whole: whole as Terms["whole"] })}
        label={t("what")}
        choices={[
          { value: "whole", label: t("whole"), hint: t("wholeHint") },
          { value: "some", label: t("some") },
        ]}
      />
      {values.whole === "some" && (
        <Checkboxes
          {...form.field("sections")}
          onChange={(sections) => form.set({ sections: sections as readonly SharedSection[] })}
          label={t("sections")}
          choices={sectionChoices()}
        />
      )}
      <Radios
        {...form.field("level")}
        onChange={(level) => form.set({ level: level as Level })}
        label={t("how")}
        choices={[
          { value: "full", label: t("full"), hint: t("fullHint") },
          { value: "limited", label: t("limited"), hint: t("limitedHint") },
        ]}
      />
      <Select {...form.field("purpose")} onChange={(purpose) => form.set({ purpose: purpose as Purpose })} label={t("purpose")} choices={PURPOSES.map((value) => ({ value, label: t(`purpose-${value}`) }))} />
      <Select {...form.field("days")} label={t("until")} choices={DAYS.map((value) => ({ value, label: t(`days-${value}`) }))} />
    </>
  );
}
