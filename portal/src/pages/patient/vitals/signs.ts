/** The signs in words, and how each is entered; the same as the API checks (docs/vital-signs.md). */
import { dictionary } from "../../../i18n";
import { numberWords, unitWords } from "../../../i18n/units";
import type { PartName, Reading, Sign } from "./shapes";

type Entry = { unit: string; parts: readonly PartName[]; needs: readonly ("specimen" | "timing" | "breathing")[] };

export const ENTRIES: Record<Exclude<Sign, "body-mass-index">, Entry> = {
  "blood-pressure": { unit: "mm[Hg]", parts: ["systolic", "diastolic"], needs: [] },
  pulse: { unit: "/min", parts: ["value"], needs: [] },
  glucose: { unit: "mmol/L", parts: ["value"], needs: ["specimen", "timing"] },
  weight: { unit: "kg", parts: ["value"], needs: [] },
  temperature: { unit: "Cel", parts: ["value"], needs: [] },
  saturation: { unit: "%", parts: ["value"], needs: ["breathing"] },
  respiration: { unit: "/min", parts: ["value"], needs: [] },
  height: { unit: "cm", parts: ["value"], needs: [] },
};

export type Entered = keyof typeof ENTRIES;

export const signWords = dictionary({
  ru: {
    "blood-pressure": "Давление",
    pulse: "Пульс",
    glucose: "Сахар крови",
    weight: "Вес",
    height: "Рост",
    "body-mass-index": "Индекс массы тела",
    temperature: "Температура",
    saturation: "Кислород в крови",
    respiration: "Частота дыхания",
    systolic: "Верхнее давление",
    diastolic: "Нижнее давление",
    value: "Значение",
  },
  en: {
    "blood-pressure": "Blood pressure",
    pulse: "Pulse",
    glucose: "Blood sugar",
    weight: "Weight",
    height: "Height",
    "body-mass-index": "Body mass index",
    temperature: "Temperature",
    saturation: "Oxygen in blood",
    respiration: "Breathing rate",
    systolic: "Upper pressure",
    diastolic: "Lower pressure",
    value: "Value",
  },
});

/** "142/88 мм рт. ст." */
export function readingWords(values: Reading["values"], unit: string): string {
  const numbers = [values.value, values.systolic, values.diastolic].filter(Boolean).map(numberWords);
  return `${numbers.join("/")} ${unitWords(unit)}`.trim();
}
