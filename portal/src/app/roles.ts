import type { Two } from "../i18n";

/** The roles of people, as the API names them. */
export const ROLE_NAMES = {
  patient: { ru: "Пациент", en: "Patient" },
  representative: { ru: "Представитель", en: "Representative" },
  doctor: { ru: "Врач", en: "Doctor" },
  nurse: { ru: "Медсестра", en: "Nurse" },
  registrar: { ru: "Регистратор", en: "Registrar" },
  administrator: { ru: "Администратор", en: "Administrator" },
  "security-officer": { ru: "Офицер безопасности", en: "Security officer" },
  "identity-operator": { ru: "Оператор удостоверения личности", en: "Identity operator" },
} as const satisfies Record<string, Two>;

export type Role = keyof typeof ROLE_NAMES;

export const OWNERS: readonly Role[] = ["patient", "representative"];
export const CLINICIANS: readonly Role[] = ["doctor", "nurse"];
export const EVERYBODY = Object.keys(ROLE_NAMES) as readonly Role[];
