import { OWNERS } from "../../../app/roles";
import type { Route } from "../../../app/route";

export const APPOINTMENTS: readonly Route[] = [
  {
    path: "/appointments",
    title: { ru: "Записи на приём", en: "Appointments" },
    roles: OWNERS,
    load: () => import("./Appointments"),
    nav: { group: "care", icon: "calendar", foot: true },
  },
  {
    path: "/appointments/new",
    title: { ru: "Новая запись", en: "New appointment" },
    roles: OWNERS,
    load: () => import("./Book"),
  },
  {
    path: "/appointments/history",
    title: { ru: "Все записи", en: "All appointments" },
    roles: OWNERS,
    load: () => import("./History"),
  },
  {
    path: "/appointments/waiting",
    title: { ru: "Лист ожидания", en: "Waiting list" },
    roles: OWNERS,
    load: () => import("./Waiting"),
  },
  {
    path: "/appointments/calendars",
    title: { ru: "Записи в календаре", en: "Visits in a calendar" },
    roles: OWNERS,
    load: () => import("./Calendars"),
  },
  {
    path: "/appointments/:id",
    title: { ru: "Запись", en: "Appointment" },
    roles: OWNERS,
    load: () => import("./Appointment"),
  },
  {
    path: "/appointments/:id/time",
    title: { ru: "Перенос записи", en: "Another time" },
    roles: OWNERS,
    load: () => import("./Move"),
  },
  {
    path: "/appointments/:id/form",
    title: { ru: "Анкета перед приёмом", en: "Form before the visit" },
    roles: OWNERS,
    load: () => import("./VisitForm"),
  },
];
