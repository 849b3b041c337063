/** Where a notice or a reminder leads: to the page that shows what it is about, if this role has that page. */
import type { Role } from "../../../app/roles";
import { ROUTES } from "../../../app/routes";
import { kindOf, type Kind } from "../../../records/access";
import { recordAddress } from "../../../records/titles";
import type { Topic } from "./shapes";

type About = { kind?: string; id?: string };

/** Pages of one thing, by its kind; `:id` is replaced. */
const ONE: Record<string, string> = {
  chat: "/chat/:id",
  appointment: "/appointments/:id",
};
/** Sections, by kind. */
const SECTION: Record<string, string> = {
  appointment: "/appointments",
  prescription: "/prescriptions",
  "medication-statement": "/medication",
  "vital-sign": "/vitals",
  vaccination: "/vaccinations",
  "vaccination-plan": "/vaccinations",
  consent: "/access",
  representation: "/family",
  visit: "/visits",
  case: "/requests",
  export: "/exports",
};
const OF_TOPIC: Partial<Record<Topic, string>> = {
  visits: "/appointments",
  messages: "/chat",
  intake: "/medication",
  security: "/security",
};
/** Events whose topic says too little. */
const OF_EVENT: readonly (readonly [begins: string, path: string])[] = [
  ["slot_offered", "/appointments/waiting"],
  ["offer_", "/appointments/waiting"],
  ["waiting_", "/appointments/waiting"],
  ["calendar_made", "/appointments/calendars"],
  ["consent_", "/access"],
  ["share_", "/links"],
  ["representation_", "/family"],
  ["emergency_", "/journal"],
  ["vital_sign_", "/vitals"],
  ["vaccination_", "/vaccinations"],
  ["prescription_", "/prescriptions"],
  ["pharmacy_order_", "/prescriptions"],
  ["result_", "/results"],
  ["case_", "/requests"],
  ["export_", "/exports"],
];

/** Whether a role has a page at an address. */
const has = (address: string, role: Role): boolean =>
  ROUTES.some(({ path, roles }) => matches(path, address) && (roles === "anybody" || roles.includes(role)));

const matches = (pattern: string, address: string): boolean =>
  new RegExp(`^${pattern.replace(/:\w+/g, "[^/]+")}$`).test(address);

type Told = { event?: string; topic?: Topic };

/** An address of this portal, or "" where nothing is to be opened. */
export function placeOf(about: About, role: Role, kinds: readonly Kind[], { event = "", topic }: Told = {}): string {
  const byEvent = OF_EVENT.find(([begins]) => event.startsWith(begins))?.[1];
  const wanted = [oneThing(about, kinds), about.kind && SECTION[about.kind], byEvent, topic && OF_TOPIC[topic]];
  return wanted.find((path): path is string => Boolean(path && has(path, role))) ?? "";
}

function oneThing({ kind, id }: About, kinds: readonly Kind[]): string {
  if (!kind || !id) return "";
  const record = kindOf(kinds, kind);
  return record ? recordAddress({ id }, record) : (ONE[kind] ?? "").replace(":id", id);
}
