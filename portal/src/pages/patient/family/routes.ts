import type { Route } from "../../../app/route";

/** Children, whom one acts for, and who acts for oneself. */
export const FAMILY: readonly Route[] = [
  {
    path: "/family",
    title: { ru: "Семья", en: "Family" },
    roles: ["patient"],
    load: () => import("./Family"),
    nav: { group: "access", icon: "family" },
    tour: {
      ru: "Здесь дети и те, за кого вы действуете: одним нажатием вы переходите в их карту. Ниже видно, кто действует за вас.",
      en: "Here are children and those you act for: one press takes you to their card. Below is who acts for you.",
    },
  },
];
