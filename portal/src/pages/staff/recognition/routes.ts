import { CLINICIANS } from "../../../app/roles";
import type { Route } from "../../../app/route";

/** Before the pages of a card: theirs begin alike. */
export const RECOGNITION: readonly Route[] = [
  { path: "/patients/:patientId/scans", title: { ru: "Документы на бумаге", en: "Papers" }, roles: CLINICIANS, load: () => import("./Scans") },
  { path: "/patients/:patientId/scans/:kind/:recognitionId", title: { ru: "Сверка с документом", en: "Comparing with the paper" }, roles: CLINICIANS, load: () => import("./Draft") },
];

/** After the administrator's other pages. */
export const HANDWRITING: readonly Route[] = [
  {
    path: "/handwriting",
    title: { ru: "Рукописный текст", en: "Handwriting" },
    roles: ["administrator"],
    load: () => import("./Handwriting"),
    nav: { group: "work", icon: "gear" },
    tour: {
      ru: "Разрешите или запретите врачам отдавать сканы внешней службе, которая читает рукописный текст.",
      en: "Allow or forbid doctors to give scans to a service outside that reads handwriting.",
    },
  },
];
