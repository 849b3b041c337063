import type { Role } from "../../../app/roles";
import type { Route } from "../../../app/route";

const ALONE: readonly Role[] = ["administrator"];
const READERS: readonly Role[] = [...ALONE, "doctor", "nurse"];

export const LOAD: readonly Route[] = [
  {
    path: "/load",
    title: { ru: "Загрузка", en: "Load" },
    roles: READERS,
    load: () => import("./Load"),
    nav: { group: "work", icon: "vital" },
    tour: {
      ru: "Сколько записей, визитов и неявок, как долго ждут приёма и сколько талонов занято. Администратор видит организацию, врач и медсестра своё.",
      en: "How many bookings, visits and no-shows, how long people wait and how many slots are used. An administrator sees the organisation, a doctor or nurse their own.",
    },
  },
  { path: "/load/proposals", title: { ru: "Предложения по расписаниям", en: "Proposals about schedules" }, roles: ALONE, load: () => import("./Proposals") },
];
