/** Units of measured values: UCUM as the API has it ("umol/L") in the reader's words ("мкмоль/л"). */
import { currentLanguage, type Two } from "./index";

const PREFIXES: Record<string, string> = { k: "к", d: "д", c: "с", m: "м", u: "мк", n: "н", p: "п", f: "ф" };
const ATOMS: Record<string, string> = {
  mol: "моль",
  eq: "экв",
  osm: "осм",
  kat: "кат",
  "[IU]": "МЕ",
  "[CFU]": "КОЕ",
  "(24.h)": "сут",
  "{1.73_m2}": "1,73 м²",
  min: "мин",
  m2: "м²",
  m3: "м³",
  cal: "кал",
  Hz: "Гц",
  Pa: "Па",
  U: "Ед",
  g: "г",
  L: "л",
  m: "м",
  s: "с",
  h: "ч",
  d: "сут",
  a: "лет",
};

/** Those that are not put together of a prefix and an atom. */
const WHOLE: Record<string, Two> = {
  "1": { ru: "", en: "" },
  "{ratio}": { ru: "отношение", en: "ratio" },
  "{INR}": { ru: "МНО", en: "INR" },
  "{titer}": { ru: "титр", en: "titre" },
  "{S_CO}": { ru: "отношение сигнала к порогу", en: "S/CO" },
  "[pH]": { ru: "pH", en: "pH" },
  "[ppth]": { ru: "‰", en: "‰" },
  "mm[Hg]": { ru: "мм рт. ст.", en: "mmHg" },
  "cm[H2O]": { ru: "см вод. ст.", en: "cmH₂O" },
  Cel: { ru: "°C", en: "°C" },
  "/min": { ru: "в минуту", en: "per minute" },
  "/uL": { ru: "в 1 мкл", en: "per µL" },
  "/mL": { ru: "в 1 мл", en: "per mL" },
  "/[HPF]": { ru: "в поле зрения", en: "per high power field" },
  "/[LPF]": { ru: "в поле зрения (малое увеличение)", en: "per low power field" },
};

const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";
const power = (exponent: string) => `10${[...exponent].map((digit) => RAISED[Number(digit)]).join("")}`;

function russian(term: string): string {
  const atom = ATOMS[term];
  if (atom) return atom;
  const [prefix, base] = [PREFIXES[term.charAt(0)], ATOMS[term.slice(1)]];
  return prefix && base ? prefix + base : term;
}

const english = (term: string) =>
  term
    .replace("(24.h)", "24 h")
    .replace("{1.73_m2}", "1.73 m²")
    .replace("m2", "m²")
    .replace(/^u/, "µ")
    .replace(/[[\]]/g, "");

/** A unit that is not known here stands as the laboratory wrote it. */
export function unitWords(code: string | null | undefined): string {
  if (!code) return "";
  const whole = WHOLE[code];
  const language = currentLanguage();
  if (whole) return whole[language];
  const worded = language === "ru" ? russian : english;
  return code
    .split("/")
    .map((term) => (/^10\*\d+$/.test(term) ? power(term.slice(3)) : worded(term)))
    .join("/");
}

/** A number as the API writes it ("8.4"), with the reader's decimal mark. */
export const numberWords = (text: string | null | undefined): string =>
  (text ?? "").replace(/^(-?\d+)\.(\d+)$/, currentLanguage() === "ru" ? "$1,$2" : "$1.$2").replace(/^-/, "−");

/** "8,4 ммоль/л" */
export const measured = (text: string | null | undefined, unit: string | null | undefined): string =>
  [numberWords(text), unitWords(unit)].filter(Boolean).join(" ");

/** What somebody typed as a number, as the API wants it: "8,4" becomes "8.4". */
export const typedNumber = (text: string): string => text.trim().replace(",", ".").replace("−", "-");
