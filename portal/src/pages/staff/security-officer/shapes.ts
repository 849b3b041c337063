/** What the API says to security officers, as far as these pages use it. */
import type { Two } from "../../../i18n";

export type Finding = {
  finding_id: string;
  rule: string;
  severity: "low" | "medium" | "high";
  title: string;
  text: string;
  state: "open" | "resolved";
  version: number;
  found_at: string;
  first: string;
  last: string;
  actor: string;
  organisation: string;
  patient: string;
  count: number;
  entries: string[];
  about: Record<string, string>;
  outcome?: Conclusion;
  reference?: string;
  resolved_at?: string;
};

export const CONCLUSIONS = ["explained", "confirmed", "false-alarm"] as const;
export type Conclusion = (typeof CONCLUSIONS)[number];

export type Ticket = {
  ticket_id: string;
  kind: (typeof TICKET_KINDS)[number];
  state: "open" | "in-work" | "closed";
  version: number;
  about: Record<string, string>;
  opened_at: string;
  taken_at?: string;
  closed_at?: string;
  outcome?: (typeof TICKET_OUTCOMES)[number];
  text?: string;
  answer?: string;
};

export const TICKET_KINDS = [
  "question",
  "sign-in-reported",
  "session-blocked",
  "session-revoked",
  "brute-force",
  "recovery-stopped",
  "account-stolen",
  "walking",
] as const;
export const TICKET_OUTCOMES = ["answered", "confirmed", "false-alarm", "no-action"] as const;

export type Emergency = {
  id: string;
  patient: string;
  person: string;
  organisation: string;
  department: string;
  reason: "unconscious" | "life-threat" | "cannot-consent" | "infection-threat";
  state: "open" | "justified" | "unjustified";
  at: string;
  until: string;
  review_by: string;
  uses: number;
  overdue: boolean;
  version: number;
  decided_at?: string;
  words?: string;
  name?: string;
  decision?: string;
};

export type LogLine = {
  id: string;
  year: number;
  seq: number;
  number: number;
  at: string;
  patient_id: string;
  altered: boolean;
  unreadable: boolean;
  what: string;
  body: LogBody | null;
};

export type LogBody = {
  time: string;
  actor: { id: string; role: string; org: string; dept: string };
  patient: string;
  action: string;
  resource: { type: string; id: string; version: number };
  outcome: "success" | "denied" | "error";
  reason: string;
  ip: string;
  request: string;
};

/** Everybody who stands in the log, people and systems. */
export const ACTORS: Readonly<Record<string, Two>> = {
  patient: { ru: "Пациент", en: "Patient" },
  representative: { ru: "Представитель", en: "Representative" },
  doctor: { ru: "Врач", en: "Doctor" },
  nurse: { ru: "Медсестра", en: "Nurse" },
  registrar: { ru: "Регистратор", en: "Registrar" },
  administrator: { ru: "Администратор", en: "Administrator" },
  "security-officer": { ru: "Офицер безопасности", en: "Security officer" },
  "identity-operator": { ru: "Оператор удостоверения личности", en: "Identity operator" },
  pharmacy: { ru: "Аптека", en: "Pharmacy" },
  laboratory: { ru: "Лаборатория", en: "Laboratory" },
  insurer: { ru: "Страховая", en: "Insurer" },
  "clinical-system": { ru: "Система клиники", en: "System of a clinic" },
  analytics: { ru: "Статистика", en: "Analytics" },
  application: { ru: "Приложение пациента", en: "Patient's application" },
  recipient: { ru: "Получатель ссылки", en: "Recipient of a link" },
  system: { ru: "Сама Медкарта", en: "Medkarta itself" },
  anonymous: { ru: "До входа", en: "Before signing in" },
};

/** An id as people compare it by eye: its beginning is enough, and whole it stands beside where it is needed. */
export const short = (id: string): string => (id.length > 10 ? `${id.slice(0, 8)}…` : id);
