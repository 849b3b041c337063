import { OWNERS } from "../../../app/roles";
import type { Route } from "../../../app/route";

export const JOURNAL: readonly Route[] = [
  {
    path: "/journal",
    title: { ru: "Кто смотрел мою карту", en: "Who looked at my card" },
    roles: OWNERS,
    load: () => import("./Journal"),
    nav: { group: "access", icon: "eye" },
  },
  {
    path: "/journal/proof",
    title: { ru: "Проверка журнала", en: "Check of the journal" },
    roles: ["patient"],
    load: () => import("./proof/Proof"),
  },
];
