import type { Role } from "../../../app/roles";
import type { Route } from "../../../app/route";

const ROLES: readonly Role[] = ["identity-operator"];

export const IDENTITY_DESK: readonly Route[] = [
  {
    path: "/",
    title: { ru: "Сверка документов", en: "Comparing papers" },
    roles: ROLES,
    load: () => import("./Desk"),
    nav: { group: "work", icon: "scan", foot: true },
    tour: {
      ru: "Человек пришёл с паспортом: введите четыре номера. Если всё совпало, подтвердите личность или начните восстановление доступа.",
      en: "Somebody came with a passport: type the four numbers. If they agree, confirm the identity or begin a recovery.",
    },
  },
  {
    path: "/recoveries",
    title: { ru: "Восстановление доступа", en: "Recoveries" },
    roles: ROLES,
    load: () => import("./Recoveries"),
    nav: { group: "work", icon: "key", foot: true },
    tour: {
      ru: "Восстановление одобряет другой оператор, затем тот, кто начал, печатает лист с временным кодом.",
      en: "Another operator approves a recovery; then whoever began it prints the sheet with the temporary code.",
    },
  },
  {
    path: "/first-account",
    title: { ru: "Первая учётная запись", en: "First account" },
    roles: ROLES,
    load: () => import("./FirstAccount"),
    nav: { group: "work", icon: "people" },
    tour: {
      ru: "Для подростка с 14 лет и для пациента клиники, у которых есть паспорт, но нет входа в кабинет.",
      en: "For a child of 14 and for a clinic's patient who have a passport and no way into the cabinet.",
    },
  },
];
