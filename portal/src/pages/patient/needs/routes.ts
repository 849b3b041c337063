import { OWNERS } from "../../../app/roles";
import type { Route } from "../../../app/route";

export const NEEDS: readonly Route[] = [
  {
    path: "/needs",
    title: { ru: "Что пора сделать", en: "What is due" },
    roles: OWNERS,
    load: () => import("./Needs"),
    nav: { group: "card", icon: "alert" },
  },
];
