import { OWNERS } from "../../../app/roles";
import type { Route } from "../../../app/route";

export const PRESCRIPTIONS: readonly Route[] = [
  {
    path: "/prescriptions",
    title: { ru: "Рецепты", en: "Prescriptions" },
    roles: OWNERS,
    load: () => import("./Prescriptions"),
    nav: { group: "now", icon: "prescription", foot: true },
  },
  {
    path: "/prescriptions/:recordId",
    title: { ru: "Рецепт", en: "Prescription" },
    roles: OWNERS,
    load: () => import("./Prescription"),
  },
  {
    path: "/prescriptions/:recordId/code",
    title: { ru: "Код для аптеки", en: "Code for the pharmacy" },
    roles: OWNERS,
    load: () => import("./Code"),
  },
  {
    path: "/prescriptions/:recordId/pharmacies",
    title: { ru: "Где купить", en: "Where to buy" },
    roles: OWNERS,
    load: () => import("./Stock"),
  },
  {
    path: "/pharmacies",
    title: { ru: "Аптеки и заказы", en: "Pharmacies and orders" },
    roles: OWNERS,
    load: () => import("./Pharmacies"),
  },
];
