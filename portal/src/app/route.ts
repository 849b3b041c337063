import type { ComponentType } from "react";
import type { IconName } from "../ui/Icon";
import type { Two } from "../i18n";
import type { Role } from "./roles";

/** A screen of the portal. Its code is loaded when it is first opened. */
export type Route = {
  /** wouter's pattern: "/results/:recordId". No personal data may stand in an address: opaque ids alone. */
  path: string;
  title: Two;
  /** Who sees it; "anybody" needs no sign-in. The API decides by itself: this only keeps away what would be refused. */
  roles: readonly Role[] | "anybody";
  load: () => Promise<{ default: ComponentType<never> }>;
  /** Its place in the list of sections; without it the screen is reached from another. */
  nav?: { group: Group; icon: IconName; /** Also at the foot of a phone's screen, at most four. */ foot?: boolean };
  /** What the guided tour of its roles says of it, in two or three sentences; the tour goes through the sections in order. */
  tour?: Two;
};

/** The groups of the list of sections, in their order. */
export const GROUPS = {
  now: { ru: "Сейчас", en: "Now" },
  card: { ru: "Медкарта", en: "Medical card" },
  care: { ru: "Помощь и запись", en: "Care" },
  access: { ru: "Доступ", en: "Access" },
  work: { ru: "Работа", en: "Work" },
  account: { ru: "Мой кабинет", en: "My account" },
} as const satisfies Record<string, Two>;

export type Group = keyof typeof GROUPS;
