import { OWNERS } from "../../../app/roles";
import type { Route } from "../../../app/route";

const RESULT = { ru: "Результат анализа", en: "Test result" };

export const RESULTS: readonly Route[] = [
  {
    path: "/results",
    title: { ru: "Анализы", en: "Results" },
    roles: OWNERS,
    load: () => import("./Results"),
    nav: { group: "card", icon: "result", foot: true },
  },
  { path: "/results/:recordId", title: RESULT, roles: OWNERS, load: () => import("./Result") },
  { path: "/results/:recordId/values/:place", title: RESULT, roles: OWNERS, load: () => import("./ValueOverTime") },
  {
    path: "/results/:recordId/sending",
    title: { ru: "Отправить врачу", en: "Send to a doctor" },
    roles: OWNERS,
    load: () => import("./SendResult"),
  },
  {
    path: "/studies/:recordId",
    title: { ru: "Исследование", en: "Study" },
    roles: OWNERS,
    load: () => import("./Study"),
  },
  {
    path: "/studies/:recordId/sending",
    title: { ru: "Отправить врачу", en: "Send to a doctor" },
    roles: OWNERS,
    load: () => import("./SendResult"),
  },
];
