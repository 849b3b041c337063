import { dictionary } from "../../../i18n";
import { unitWords } from "../../../i18n/units";
import { DateField, Radios, Select, TextField, type FormState } from "../../../ui";
import { faultsOf, type Typed } from "./readingForm";
import { ENTRIES, signWords } from "./signs";
import "./vitals.css";

/** The fields that the chosen sign needs, and when it was measured. */
export function ReadingFields({ form, withPulse }: { form: FormState<Typed>; withPulse?: boolean }) {
  const { unit, parts, needs } = ENTRIES[form.values.sign];
  return (
    <>
      <div className="vital-parts">
        {parts.map((part) => (
          <TextField
            key={part}
            {...form.field(part)}
            label={part === "value" ? signWords(form.values.sign) : signWords(part)}
            unit={unitWords(unit)}
            inputMode="decimal"
            width="short"
            required
          />
        ))}
        {withPulse && form.values.sign === "blood-pressure" && (
          <TextField
            {...form.field("pulse")}
            label={signWords("pulse")}
            unit={unitWords("/min")}
            inputMode="numeric"
            width="short"
            optional
          />
        )}
      </div>
      {needs.includes("timing") && (
        <Radios
          {...form.field("timing")}
          label={t("timing")}
          choices={(["fasting", "any-time", "unknown"] as const).map((value) => ({ value, label: t(value) }))}
        />
      )}
      {needs.includes("specimen") && (
        <Select
          {...form.field("specimen")}
          label={t("specimen")}
          choices={(["capillary-blood", "venous-plasma", "unknown"] as const).map((value) => ({
            value,
            label: t(value),
          }))}
        />
      )}
      {needs.includes("breathing") && (
        <Radios
          {...form.field("breathing")}
          label={t("breathing")}
          choices={(["air", "oxygen", "unknown"] as const).map((value) => ({ value, label: t(value) }))}
        />
      )}
      <DateField {...form.field("day")} label={t("day")} />
      <TextField {...form.field("clock")} label={t("clock")} hint={t("clockHint")} inputMode="numeric" width="short" />
      <TextField {...form.field("note")} label={t("note")} hint={t("noteHint")} optional maxLength={200} />
    </>
  );
}

export const faultWords = (typed: Typed) =>
  Object.fromEntries(Object.entries(faultsOf(typed)).map(([name, fault]) => [name, t(fault)]));

const t = dictionary({
  ru: {
    timing: "Когда измеряли сахар",
    fasting: "Натощак (не ели 8 часов)",
    "any-time": "В другое время",
    unknown: "Не знаю",
    specimen: "Какая кровь",
    "capillary-blood": "Из пальца (глюкометр)",
    "venous-plasma": "Из вены",
    breathing: "Чем вы дышали",
    air: "Обычным воздухом",
    oxygen: "Кислородом через трубку или маску",
    day: "День измерения",
    clock: "Время",
    clockHint: "Часы и минуты, например 08:05",
    clockFault: "Введите часы и минуты, например 08:05",
    note: "Заметка",
    noteHint: "Например: после прогулки",
    number: "Введите число",
    optionalNumber: "Введите число или оставьте поле пустым",
    moment: "Проверьте день измерения",
    future: "Это время ещё не наступило",
  },
  en: {
    timing: "When the sugar was measured",
    fasting: "Fasting (nothing eaten for 8 hours)",
    "any-time": "At another time",
    unknown: "I do not know",
    specimen: "Which blood",
    "capillary-blood": "From the finger (glucometer)",
    "venous-plasma": "From a vein",
    breathing: "What you breathed",
    air: "Ordinary air",
    oxygen: "Oxygen by tube or mask",
    day: "Day of the reading",
    clock: "Time",
    clockHint: "Hours and minutes, for example 08:05",
    clockFault: "Enter hours and minutes, for example 08:05",
    note: "Note",
    noteHint: "For example: after a walk",
    number: "Enter a number",
    optionalNumber: "Enter a number or leave the field empty",
    moment: "Check the day of the reading",
    future: "This time has not come yet",
  },
});
