import { OWNERS } from "../../../app/roles";
import type { Route } from "../../../app/route";

export const MEDICATION: readonly Route[] = [
  {
    path: "/medication",
    title: { ru: "Лекарства", en: "Medicines" },
    roles: OWNERS,
    load: () => import("./Medication"),
    nav: { group: "now", icon: "pill" },
  },
  {
    path: "/medication/new",
    title: { ru: "Добавить лекарство", en: "Add a medicine" },
    roles: OWNERS,
    load: () => import("./NewMedicine"),
  },
];
