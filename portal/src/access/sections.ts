import { dictionary } from "../i18n";
import type { Choice } from "../ui";

/** Sections of a card that a consent, a link or a restriction can name, as the API has them. */
export const SHARED_SECTIONS = [
  "overview",
  "visits",
  "protocols",
  "results",
  "medication",
  "allergies",
  "conditions",
  "vital-signs",
  "vaccinations",
  "referrals",
  "hospital",
  "sick-leave",
  "documents",
  "messages",
] as const;

export type SharedSection = (typeof SHARED_SECTIONS)[number];

export const sectionWords = dictionary({
  ru: {
    overview: "Общие сведения: имя, аллергии, болезни",
    visits: "Посещения",
    protocols: "Протоколы осмотров",
    results: "Анализы и исследования",
    medication: "Лекарства и рецепты",
    allergies: "Аллергии",
    conditions: "Болезни и операции",
    "vital-signs": "Показатели здоровья",
    vaccinations: "Прививки",
    referrals: "Направления",
    hospital: "Стационар",
    "sick-leave": "Больничные",
    documents: "Документы",
    messages: "Переписка",
  },
  en: {
    overview: "Overview: name, allergies, conditions",
    visits: "Visits",
    protocols: "Examination protocols",
    results: "Tests and studies",
    medication: "Drugs and prescriptions",
    allergies: "Allergies",
    conditions: "Conditions and surgery",
    "vital-signs": "Vital signs",
    vaccinations: "Vaccinations",
    referrals: "Referrals",
    hospital: "Hospital",
    "sick-leave": "Sick leave",
    documents: "Documents",
    messages: "Messages",
  },
});

export const isSharedSection = (name: string): name is SharedSection => SHARED_SECTIONS.some((one) => one === name);

/** Several sections in one line. */
export const sectionsWords = (sections: readonly SharedSection[]): string => sections.map((one) => sectionWords(one)).join(", ");

/** Sections to choose from in a form. */
export const sectionChoices = (sections: readonly SharedSection[] = SHARED_SECTIONS): Choice[] =>
  sections.map((value) => ({ value, label: sectionWords(value) }));
