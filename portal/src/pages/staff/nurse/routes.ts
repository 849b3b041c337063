import { CLINICIANS } from "../../../app/roles";
import type { Route } from "../../../app/route";

/** What is done at the bedside and in the vaccination room; the rest of their pages nurses share with doctors. */
export const NURSE: readonly Route[] = [
  { path: "/measure/:patientId", title: { ru: "Измерить показатели", en: "Take readings" }, roles: CLINICIANS, load: () => import("./Measure") },
  { path: "/vaccinate/:patientId", title: { ru: "Записать прививку", en: "Record a vaccination" }, roles: CLINICIANS, load: () => import("./Vaccinate") },
];
