import type { Two } from "../i18n";

/** The sections of a card, as consents, sharing and exports name them. */
export const SECTION_NAMES = {
  visits: { ru: "Посещения", en: "Visits" },
  protocols: { ru: "Протоколы осмотров", en: "Examinations" },
  results: { ru: "Анализы и исследования", en: "Results and studies" },
  conditions: { ru: "Болезни, операции, образ жизни", en: "Conditions, surgery, lifestyle" },
  allergies: { ru: "Аллергии", en: "Allergies" },
  medication: { ru: "Рецепты и лекарства", en: "Prescriptions and drugs" },
  vaccinations: { ru: "Прививки", en: "Vaccinations" },
  "vital-signs": { ru: "Давление, пульс и другие измерения", en: "Blood pressure and other readings" },
  referrals: { ru: "Направления", en: "Referrals" },
  hospital: { ru: "Лечение в больнице", en: "Hospital stays" },
  "sick-leave": { ru: "Больничные", en: "Sick leave" },
  documents: { ru: "Документы", en: "Documents" },
} as const satisfies Record<string, Two>;

export type SectionName = keyof typeof SECTION_NAMES;

export const sectionName = (name: string): Two => (name in SECTION_NAMES ? SECTION_NAMES[name as SectionName] : { ru: name, en: name });
