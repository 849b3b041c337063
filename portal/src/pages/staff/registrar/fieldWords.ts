/** Names of what cases, applications and comparisons speak of; a name that is not here stays as the API gives it. */
import { inLanguage, type Two } from "../../../i18n";

const FIELDS: Record<string, Two> = {
  last_name: { ru: "Фамилия", en: "Surname" },
  first_name: { ru: "Имя", en: "Given name" },
  middle_name: { ru: "Отчество", en: "Patronymic" },
  birth_date: { ru: "Дата рождения", en: "Date of birth" },
  sex: { ru: "Пол", en: "Sex" },
  snils: { ru: "СНИЛС", en: "SNILS" },
  oms: { ru: "Полис ОМС", en: "Insurance policy" },
  oms_policy: { ru: "Полис ОМС", en: "Insurance policy" },
  passport: { ru: "Паспорт", en: "Passport" },
  passport_series: { ru: "Серия паспорта", en: "Passport series" },
  passport_number: { ru: "Номер паспорта", en: "Passport number" },
  passport_issued_on: { ru: "Паспорт выдан", en: "Passport issued" },
  phone: { ru: "Телефон", en: "Telephone" },
  email: { ru: "Электронная почта", en: "E-mail" },
  birth_certificate: { ru: "Свидетельство о рождении", en: "Birth certificate" },
  certificate: { ru: "Свидетельство о рождении", en: "Birth certificate" },
  single_parent_basis: { ru: "Почему регистрирует один родитель", en: "Why one parent registers alone" },
  citizenship: { ru: "Гражданство", en: "Citizenship" },
  foreign_passport: { ru: "Иностранный паспорт", en: "Foreign passport" },
  migration_card: { ru: "Миграционная карта", en: "Migration card" },
  stay_from: { ru: "Пребывание с", en: "Stay from" },
  stay_until: { ru: "Пребывание до", en: "Stay until" },
  valid_until: { ru: "По данным реестра – до", en: "The registry says until" },
  registry: { ru: "Ответ миграционного реестра", en: "The migration registry" },
  purpose: { ru: "Цель", en: "Purpose" },
  reason: { ru: "Почему", en: "Why" },
  basis: { ru: "Основание", en: "Basis" },
  kind: { ru: "Вид", en: "Kind" },
  number: { ru: "Номер документа", en: "Number of the document" },
  authority: { ru: "Кем выдан", en: "Issued by" },
  issued_on: { ru: "Когда выдан", en: "Issued on" },
  until: { ru: "До", en: "Until" },
  what: { ru: "Какие документы", en: "Which records" },
  form: { ru: "В каком виде", en: "Form" },
  delivery: { ru: "Как получить", en: "How they come" },
  address: { ru: "Куда отправить", en: "Where to send it" },
  period_from: { ru: "За время с", en: "From" },
  period_until: { ru: "За время до", en: "Until" },
  level: { ru: "Доступ", en: "Access" },
  document_counts: { ru: "Документ действует", en: "The document counts" },
  probability: { ru: "Вероятность, что это один человек", en: "Likelihood of one person" },
};

const VALUES: Record<string, Two> = {
  male: { ru: "мужской", en: "male" },
  female: { ru: "женский", en: "female" },
  marriage: { ru: "вступление в брак", en: "marriage" },
  divorce: { ru: "развод", en: "divorce" },
  "name-change": { ru: "смена имени", en: "change of name" },
  "passport-expired": { ru: "истёк срок паспорта", en: "passport expired" },
  "passport-lost": { ru: "паспорт утерян", en: "passport lost" },
  correction: { ru: "исправление ошибки", en: "correction" },
  copy: { ru: "копия", en: "copy" },
  extract: { ru: "выписка", en: "extract" },
  "pick-up": { ru: "заберёт лично", en: "picked up" },
  post: { ru: "почтой", en: "by post" },
  electronic: { ru: "в электронном виде", en: "electronically" },
  moving: { ru: "переезд", en: "moving" },
  choice: { ru: "выбор пациента", en: "the patient's choice" },
  confirmed: { ru: "подтверждено", en: "confirmed" },
  unknown: { ru: "карта не найдена", en: "not known" },
  unavailable: { ru: "реестр не отвечает", en: "does not answer" },
  full: { ru: "полный", en: "full" },
  limited: { ru: "ограниченный", en: "limited" },
  true: { ru: "да", en: "yes" },
  false: { ru: "нет", en: "no" },
};

const FINDINGS: Record<string, Two> = {
  "birth_certificate-taken": { ru: "Это свидетельство о рождении уже есть у другого ребёнка.", en: "Another child has this birth certificate." },
  "snils-taken": { ru: "Этот СНИЛС уже есть у другого человека.", en: "Somebody else has this SNILS." },
  "oms_policy-taken": { ru: "Этот полис уже есть у другого человека.", en: "Somebody else has this policy." },
  "child-known": { ru: "У родителя уже есть ребёнок с таким именем и датой рождения.", en: "A parent has a child of this name and birth date already." },
  "stay-shorter": { ru: "По данным реестра пребывание кончается раньше, чем указано.", en: "The registry says that the stay ends earlier." },
};

const named = (words: Record<string, Two>, code: string): string => {
  const found = words[code];
  return found ? inLanguage(found) : code;
};

const ORDER = Object.keys(FIELDS);

/** Names first, then numbers, as papers have them; what is not known here comes last. */
export const inOrder = (one: string, other: string): number => place(one) - place(other);
const place = (code: string): number => (code in FIELDS ? ORDER.indexOf(code) : ORDER.length);

export const fieldName = (code: string): string => named(FIELDS, code);
export const valueWords = (code: string): string => named(VALUES, code);
export const findingWords = (code: string): string => named(FINDINGS, code);
