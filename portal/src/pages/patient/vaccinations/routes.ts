import { OWNERS } from "../../../app/roles";
import type { Route } from "../../../app/route";

export const VACCINATIONS: readonly Route[] = [
  {
    path: "/vaccinations",
    title: { ru: "Прививки", en: "Vaccinations" },
    roles: OWNERS,
    load: () => import("./Vaccinations"),
    nav: { group: "card", icon: "vaccine" },
  },
];
