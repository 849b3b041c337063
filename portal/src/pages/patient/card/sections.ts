/** The sections of the own card that are lists of records. Results, prescriptions and the like have pages of their own. */
import type { Two } from "../../../i18n";
import type { IconName } from "../../../ui/Icon";

export type CardSection = {
  path: string;
  title: Two;
  lead: Two;
  /** What stands where nothing is. */
  empty: Two;
  icon: IconName;
  /** Kinds of records, as the API names them. */
  kinds: readonly string[];
  /** Sections of consents and exports that hold these kinds. */
  exported: readonly string[];
};

export const SECTIONS: readonly CardSection[] = [
  {
    path: "/visits",
    title: { ru: "Посещения", en: "Visits" },
    lead: { ru: "Приёмы у врачей: кто принимал, по какому поводу, что решили. Сначала новые.", en: "Who saw you, why, and what was decided. Newest first." },
    empty: { ru: "Посещение появится здесь после приёма, когда врач сделает запись.", en: "A visit appears here when the doctor has written it down." },
    icon: "visit",
    kinds: ["visit", "received-visits", "visit-form"],
    exported: ["visits"],
  },
  {
    path: "/protocols",
    title: { ru: "Протоколы осмотров", en: "Examinations" },
    lead: { ru: "Подробные записи осмотров: жалобы, что нашёл врач, заключение и план. Сначала новые.", en: "Full notes of examinations: complaints, findings, conclusion and plan. Newest first." },
    empty: { ru: "Протокол появится здесь, когда врач запишет осмотр.", en: "A protocol appears here when a doctor has written down an examination." },
    icon: "list",
    kinds: ["examination-protocol"],
    exported: ["protocols"],
  },
  {
    path: "/conditions",
    title: { ru: "Болезни", en: "Conditions" },
    lead: { ru: "Хронические болезни и инвалидность. Сначала новые записи.", en: "Chronic conditions and disability. Newest first." },
    empty: { ru: "Если у вас есть хроническая болезнь, добавьте её сами: врач увидит и подтвердит.", en: "If you have a chronic condition, add it yourself: a doctor will see and confirm it." },
    icon: "condition",
    kinds: ["chronic-condition", "received-conditions", "disability"],
    exported: ["conditions"],
  },
  {
    path: "/allergies",
    title: { ru: "Аллергии", en: "Allergies" },
    lead: { ru: "На что у вас бывает реакция. Врач видит это перед назначением лекарств.", en: "What you react to. Doctors see it before they prescribe." },
    empty: { ru: "Если на лекарство или еду у вас бывала реакция, добавьте её: это важно для назначений.", en: "If a drug or food ever caused a reaction, add it: it matters when drugs are prescribed." },
    icon: "alert",
    kinds: ["allergy", "received-allergies"],
    exported: ["allergies"],
  },
  {
    path: "/surgeries",
    title: { ru: "Операции и имплантаты", en: "Surgery and implants" },
    lead: { ru: "Перенесённые операции и то, что установлено в теле: это важно, например, перед МРТ.", en: "Operations and what is implanted: it matters before an MRI, for example." },
    empty: { ru: "Записи об операциях и имплантатах вносит клиника.", en: "Clinics enter operations and implants." },
    icon: "gear",
    kinds: ["surgery", "implant"],
    exported: ["conditions"],
  },
  {
    path: "/hospital",
    title: { ru: "Лечение в больнице", en: "Hospital stays" },
    lead: { ru: "Выписки из больниц: с чем лежали, что сделали, что советуют дальше.", en: "Discharge summaries: why you stayed, what was done, what is advised." },
    empty: { ru: "Выписка появится здесь, когда больница её передаст.", en: "A summary appears here when the hospital has sent it." },
    icon: "building",
    kinds: ["discharge-summary"],
    exported: ["hospital"],
  },
  {
    path: "/sick-leaves",
    title: { ru: "Больничные", en: "Sick leave" },
    lead: { ru: "Листки нетрудоспособности: номер, сроки, открыт или закрыт.", en: "Certificates of sick leave: number, dates, open or closed." },
    empty: { ru: "Больничный появится здесь, когда врач его откроет.", en: "A certificate appears here when a doctor opens it." },
    icon: "calendar",
    kinds: ["sick-leave"],
    exported: ["sick-leave"],
  },
  {
    path: "/referrals",
    title: { ru: "Направления", en: "Referrals" },
    lead: { ru: "Куда и зачем вас направили: к врачам, на анализы, на исследования.", en: "Where you were referred: to doctors, tests and studies." },
    empty: { ru: "Направление появится здесь, когда врач его выпишет.", en: "A referral appears here when a doctor has written it." },
    icon: "swap",
    kinds: ["referral", "laboratory-order", "planned-study"],
    exported: ["referrals"],
  },
  {
    path: "/family-history",
    title: { ru: "Наследственность и образ жизни", en: "Family history and lifestyle" },
    lead: { ru: "Болезни близких родственников, курение, нагрузка: по ним врач оценивает риски.", en: "Illnesses of close relatives, smoking, activity: doctors judge risks by them." },
    empty: { ru: "Расскажите о болезнях родственников и о своих привычках: это помогает заметить риск раньше.", en: "Tell about illnesses of relatives and about habits: risks are noticed earlier." },
    icon: "family",
    kinds: ["family-history", "lifestyle"],
    exported: ["conditions"],
  },
];

const ELSEWHERE: Readonly<Record<string, string>> = {
  "laboratory-result": "/results",
  "received-results": "/results",
  "imaging-study": "/results",
  "medication-statement": "/medication",
  "received-medication": "/medication",
  prescription: "/prescriptions",
  "vital-sign": "/vitals",
  "observation-series": "/vitals",
  "health-status": "/vitals",
  "attached-document": "/documents",
  "received-documents": "/documents",
};

/** The list that a record of this kind belongs to. */
export const listOf = (kind: string): string =>
  SECTIONS.find(({ kinds }) => kinds.includes(kind))?.path ?? ELSEWHERE[kind] ?? (kind.includes("vaccination") ? "/vaccinations" : "/");
