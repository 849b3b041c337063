import { OWNERS } from "../../../app/roles";
import type { Route } from "../../../app/route";

export const VITALS: readonly Route[] = [
  {
    path: "/vitals",
    title: { ru: "Давление и показатели", en: "Blood pressure and more" },
    roles: OWNERS,
    load: () => import("./Vitals"),
    nav: { group: "card", icon: "vital" },
  },
  {
    path: "/vitals/new",
    title: { ru: "Записать измерение", en: "Enter a reading" },
    roles: OWNERS,
    load: () => import("./Enter"),
  },
  {
    path: "/vitals/:recordId",
    title: { ru: "Исправить запись", en: "Correct an entry" },
    roles: OWNERS,
    load: () => import("./Correct"),
  },
];
