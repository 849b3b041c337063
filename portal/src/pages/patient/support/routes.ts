import { EVERYBODY } from "../../../app/roles";
import type { Route } from "../../../app/route";

export const SUPPORT: readonly Route[] = [
  {
    path: "/support",
    title: { ru: "Поддержка", en: "Support" },
    roles: EVERYBODY,
    load: () => import("./Support"),
    nav: { group: "account", icon: "help" },
    tour: {
      ru: "Если что-то непонятно или насторожило, напишите сюда. Ответ придёт на эту же страницу. В неотложном случае звоните 103 или 112.",
      en: "If something is unclear or worries you, write here. The answer comes to the same page. In an emergency call 103 or 112.",
    },
  },
];
