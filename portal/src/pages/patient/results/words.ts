import { dictionary } from "../../../i18n";
import type { Flag } from "./shapes";

export const resultWords = dictionary({
  ru: {
    results: "Анализы и исследования",
    N: "в норме",
    L: "ниже нормы",
    H: "выше нормы",
    LL: "намного ниже нормы",
    HH: "намного выше нормы",
    A: "есть отклонение",
    AA: "значительное отклонение",
    notRated: "без оценки",
    preliminary: "предварительный",
    final: "окончательный",
    corrected: "исправлен лабораторией",
    "entered-in-error": "отозван: внесён по ошибке",
  },
  en: {
    results: "Tests and studies",
    N: "within the normal range",
    L: "below the normal range",
    H: "above the normal range",
    LL: "far below the normal range",
    HH: "far above the normal range",
    A: "abnormal",
    AA: "markedly abnormal",
    notRated: "not rated",
    preliminary: "preliminary",
    final: "final",
    corrected: "corrected by the laboratory",
    "entered-in-error": "withdrawn: entered in error",
  },
});

export const flagWords = (flag: Flag | null | undefined): string => resultWords(flag ?? "notRated");
