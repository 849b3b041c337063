import type { Route } from "../../../app/route";

export const PHARMACY: readonly Route[] = [
  {
    path: "/pharmacy",
    title: { ru: "Проверка рецепта", en: "Check of a prescription" },
    roles: "anybody",
    load: () => import("./Pharmacy"),
  },
];
