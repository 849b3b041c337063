import { OWNERS, type Role } from "../../../app/roles";
import type { Route } from "../../../app/route";

const PATIENT: readonly Role[] = ["patient"];

/** What staff decide on the person's request: a child, a new name, copies, a transfer, two cards that are one. */
export const REQUESTS: readonly Route[] = [
  {
    path: "/requests",
    title: { ru: "Обращения", en: "Requests" },
    roles: OWNERS,
    load: () => import("./Requests"),
    nav: { group: "care", icon: "document" },
    tour: {
      ru: "Здесь подают обращения в регистратуру: копии документов, смена имени, рождение ребёнка. Видно, на каком шаге каждое и что от вас нужно.",
      en: "File requests here: copies of records, a change of name, a newborn. You see how each stands and what is wanted from you.",
    },
  },
  {
    path: "/requests/new",
    title: { ru: "Новое обращение", en: "New request" },
    roles: OWNERS,
    load: () => import("./ChooseKind"),
  },
  {
    path: "/requests/new/:kind",
    title: { ru: "Новое обращение", en: "New request" },
    roles: OWNERS,
    load: () => import("./NewRequest"),
  },
  {
    path: "/requests/card",
    title: { ru: "Приостановить карту и другое", en: "Suspend the card, and more" },
    roles: PATIENT,
    load: () => import("./CardMatters"),
  },
  {
    path: "/requests/:caseId",
    title: { ru: "Обращение", en: "Request" },
    roles: OWNERS,
    load: () => import("./Request"),
  },
];
