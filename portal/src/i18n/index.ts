/**
 * Words in Russian and English. Each page keeps its own beside it, loaded with it:
 *
 *   const t = dictionary({ ru: { title: "Визиты" }, en: { title: "Visits" } });
 *   t("title")
 *
 * A key that one language lacks does not compile. A text with forms by number is chosen by `n`:
 *   { files: { one: "{n} файл", few: "{n} файла", many: "{n} файлов", other: "{n} файла" } }   t("files", { n: 3 })
 */
import { useSyncExternalStore } from "react";

export type Language = "ru" | "en";
export type Two = { readonly ru: string; readonly en: string };
type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };
type Words<K extends string> = Record<K, string | Forms>;
type Values = Record<string, string | number>;

const KEPT = "language"; // not personal: the language of this browser
const listeners = new Set<() => void>();
let language: Language = localStorage.getItem(KEPT) === "en" ? "en" : "ru";
document.documentElement.lang = language;

export const currentLanguage = (): Language => language;

export function setLanguage(wanted: Language): void {
  language = wanted;
  localStorage.setItem(KEPT, wanted);
  document.documentElement.lang = wanted;
  for (const told of listeners) told();
}

/** Components that show words call it, or stand below one that does: the application is drawn anew on a change. */
export const useLanguage = (): Language =>
  useSyncExternalStore((told) => (listeners.add(told), () => listeners.delete(told)), currentLanguage);

export const inLanguage = (two: Two): string => two[language];

export function dictionary<K extends string>(words: { ru: Words<K>; en: Words<NoInfer<K>> }) {
  return (key: K, values: Values = {}): string => {
    const found: string | Forms = words[language][key];
    const text = typeof found === "string" ? found : (found[form(values["n"])] ?? found.other);
    return text.replace(/\{(\w+)\}(\.?)/g, (_, name: string, stop: string) => {
      const value = shown(values[name] ?? "");
      return value.endsWith(".") ? value : value + stop; // "до 12 ноября 2026 г." ends a sentence by itself
    });
  };
}

const form = (n: string | number | undefined) => new Intl.PluralRules(language).select(Number(n));

const shown = (value: string | number) =>
  typeof value === "number" ? new Intl.NumberFormat(language).format(value) : value;
