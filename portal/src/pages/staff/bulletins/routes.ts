import type { Role } from "../../../app/roles";
import type { Route } from "../../../app/route";

const ALONE: readonly Role[] = ["administrator"];

export const BULLETINS: readonly Route[] = [
  {
    path: "/bulletins",
    title: { ru: "Отчёты", en: "Reports" },
    roles: ALONE,
    load: () => import("./Bulletins"),
    nav: { group: "work", icon: "document" },
    tour: {
      ru: "Отчёт организации за месяц и год: сколько людей, с какими болезнями, прививками и рецептами. Малые числа скрыты, имён нет.",
      en: "An organisation's report of a month and a year: how many persons, with which diseases, vaccinations and prescriptions. Small numbers are hidden, there are no names.",
    },
  },
  { path: "/bulletins/:organisationId", title: { ru: "Отчёты организации", en: "Reports of an organisation" }, roles: ALONE, load: () => import("./OfOrganisation") },
  { path: "/bulletins/:organisationId/:period", title: { ru: "Отчёт", en: "Report" }, roles: ALONE, load: () => import("./Bulletin") },
];
