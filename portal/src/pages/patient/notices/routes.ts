import { EVERYBODY, OWNERS } from "../../../app/roles";
import type { Route } from "../../../app/route";

export const NOTICES: readonly Route[] = [
  {
    path: "/notices",
    title: { ru: "Уведомления", en: "Notices" },
    roles: EVERYBODY,
    load: () => import("./Notices"),
    nav: { group: "account", icon: "bell" },
  },
  {
    path: "/notices/settings",
    title: { ru: "Как вам сообщать", en: "How you are told" },
    roles: EVERYBODY,
    load: () => import("./Settings"),
  },
  {
    path: "/notices/sent",
    title: { ru: "Что отправлено", en: "What was sent" },
    roles: EVERYBODY,
    load: () => import("./Deliveries"),
  },
  {
    path: "/notices/reminders",
    title: { ru: "Напоминания", en: "Reminders" },
    roles: OWNERS,
    load: () => import("./Reminders"),
  },
];
