import { EVERYBODY } from "../app/roles";
import type { Route } from "../app/route";

export const OFFLINE: readonly Route[] = [
  {
    path: "/offline",
    title: { ru: "Работа без связи", en: "Without a connection" },
    roles: EVERYBODY,
    load: () => import("./OfflineAccess"),
    nav: { group: "account", icon: "document" },
  },
  {
    path: "/outbox",
    title: { ru: "Неотправленное", en: "Not sent yet" },
    roles: EVERYBODY,
    load: () => import("./Outbox"),
  },
];
