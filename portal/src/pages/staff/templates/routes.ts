import type { Role } from "../../../app/roles";
import type { Route } from "../../../app/route";

const KEEPERS: readonly Role[] = ["doctor", "nurse", "administrator"];

export const TEMPLATES: readonly Route[] = [
  {
    path: "/templates",
    title: { ru: "Шаблоны записей", en: "Templates of entries" },
    roles: KEEPERS,
    load: () => import("./Templates"),
    nav: { group: "work", icon: "document" },
    tour: {
      ru: "Заготовки осмотров и других записей. Возраст, аллергии и лекарства подставляются из карты, а что нужно дописать, выделено: пока это не заполнено, запись не сохранится.",
      en: "Texts to begin examinations and other entries with. Age, allergies and medication come from the card, and what is left to write is marked: until it is filled in, the entry is not saved.",
    },
  },
  { path: "/templates/new", title: { ru: "Новый шаблон", en: "New template" }, roles: KEEPERS, load: () => import("./NewTemplate") },
  { path: "/templates/:templateId", title: { ru: "Шаблон", en: "Template" }, roles: KEEPERS, load: () => import("./Template") },
  { path: "/templates/:templateId/edit", title: { ru: "Правка шаблона", en: "Editing a template" }, roles: KEEPERS, load: () => import("./EditTemplate") },
];
