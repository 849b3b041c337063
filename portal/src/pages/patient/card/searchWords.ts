import { dictionary } from "../../../i18n";

export const searchWords = dictionary({
  ru: {
    title: "Поиск по карте",
    lead: "Ищите простыми словами: врач, болезнь, лекарство, анализ. Сначала новые записи.",
    words: "Что найти",
    hint: "Например: давление, Петров, гемоглобин, I10",
    found: "Найденные записи",
    nothing: "Ничего не нашлось",
    fewer: "Попробуйте одно слово вместо нескольких: ищутся записи, где есть все слова.",
    spelling: "Проверьте, нет ли опечатки. Слова можно писать в любом падеже.",
    dates: "Расширьте даты или сбросьте отбор.",
  },
  en: {
    title: "Search the card",
    lead: "Use plain words: doctor, illness, drug, test. Newest first.",
    words: "What to find",
    hint: "For example: blood pressure, Petrov, haemoglobin, I10",
    found: "Records that were found",
    nothing: "Nothing was found",
    fewer: "Try one word instead of several: records that have all words are found.",
    spelling: "Look for typing errors. Words may be in any form.",
    dates: "Widen the dates or reset the filters.",
  },
});
