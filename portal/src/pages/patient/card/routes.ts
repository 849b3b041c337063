import { OWNERS } from "../../../app/roles";
import type { Route } from "../../../app/route";
import { SECTIONS } from "./sections";

export const CARD: readonly Route[] = [
  {
    path: "/",
    title: { ru: "Главное", en: "Overview" },
    roles: OWNERS,
    load: () => import("./Overview"),
    nav: { group: "now", icon: "home", foot: true },
  },
  {
    path: "/search",
    title: { ru: "Поиск по карте", en: "Search the card" },
    roles: OWNERS,
    load: () => import("./Search"),
    nav: { group: "now", icon: "search" },
  },
  ...SECTIONS.map(
    (section): Route => ({
      path: section.path,
      title: section.title,
      roles: OWNERS,
      load: () => import("./SectionPage").then(({ sectionPage }) => ({ default: sectionPage(section) })),
      nav: { group: "card", icon: section.icon },
    }),
  ),
  {
    path: "/documents",
    title: { ru: "Документы", en: "Documents" },
    roles: OWNERS,
    load: () => import("./documents/Documents"),
    nav: { group: "card", icon: "document" },
  },
  { path: "/documents/new", title: { ru: "Новый документ", en: "New document" }, roles: OWNERS, load: () => import("./documents/NewDocument") },
  { path: "/exports", title: { ru: "Копия карты", en: "Copy of the card" }, roles: OWNERS, load: () => import("./documents/Exports") },
  { path: "/records/:collection/new", title: { ru: "Новая запись", en: "New record" }, roles: OWNERS, load: () => import("./NewRecord") },
  { path: "/records/:collection/:recordId", title: { ru: "Запись", en: "Record" }, roles: OWNERS, load: () => import("./RecordPage") },
  { path: "/records/:collection/:recordId/change", title: { ru: "Изменение записи", en: "Changing a record" }, roles: OWNERS, load: () => import("./ChangeRecord") },
  { path: "/activation", title: { ru: "Открыть медкарту", en: "Open the card" }, roles: OWNERS, load: () => import("./Activation") },
];
