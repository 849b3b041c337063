/** All screens. Each topic lists its own beside its pages; the order here is that of the list of sections. */
import { OFFLINE } from "../offline/routes";
import { ENTRY } from "../pages/entry/routes";
import { CARD } from "../pages/patient/card/routes";
import { RESULTS } from "../pages/patient/results/routes";
import { VITALS } from "../pages/patient/vitals/routes";
import { INDICATORS } from "../pages/patient/indicators/routes";
import { NEEDS } from "../pages/patient/needs/routes";
import { VACCINATIONS } from "../pages/patient/vaccinations/routes";
import { PRESCRIPTIONS } from "../pages/patient/prescriptions/routes";
import { MEDICATION } from "../pages/patient/medication/routes";
import { APPOINTMENTS } from "../pages/patient/appointments/routes";
import { CHAT } from "../pages/patient/chat/routes";
import { NOTICES } from "../pages/patient/notices/routes";
import { SHARING } from "../pages/patient/sharing/routes";
import { REQUESTS } from "../pages/patient/requests/routes";
import { JOURNAL } from "../pages/patient/journal/routes";
import { FAMILY } from "../pages/patient/family/routes";
import { SECURITY } from "../pages/patient/security/routes";
import { SUPPORT } from "../pages/patient/support/routes";
import { HANDWRITING, RECOGNITION } from "../pages/staff/recognition/routes";
import { DOCTOR } from "../pages/staff/doctor/routes";
import { TEMPLATES } from "../pages/staff/templates/routes";
import { BULLETINS } from "../pages/staff/bulletins/routes";
import { LOAD } from "../pages/staff/load/routes";
import { NURSE } from "../pages/staff/nurse/routes";
import { REGISTRAR } from "../pages/staff/registrar/routes";
import { PHARMACY } from "../pages/staff/pharmacy/routes";
import { SECURITY_OFFICER } from "../pages/staff/security-officer/routes";
import { ADMINISTRATOR } from "../pages/staff/administrator/routes";
import { IDENTITY_DESK } from "../pages/staff/identity-desk/routes";
import type { Route } from "./route";
import { TOUR } from "./tour/routes";

export const ROUTES: readonly Route[] = [
  ...CARD,
  ...RESULTS,
  ...VITALS,
  ...INDICATORS,
  ...NEEDS,
  ...VACCINATIONS,
  ...PRESCRIPTIONS,
  ...MEDICATION,
  ...APPOINTMENTS,
  ...CHAT,
  ...NOTICES,
  ...SHARING,
  ...REQUESTS,
  ...JOURNAL,
  ...FAMILY,
  ...SECURITY,
  ...SUPPORT,
  ...RECOGNITION,
  ...DOCTOR,
  ...TEMPLATES,
  ...NURSE,
  ...REGISTRAR,
  ...PHARMACY,
  ...SECURITY_OFFICER,
  ...ADMINISTRATOR,
  ...HANDWRITING,
  ...IDENTITY_DESK,
  ...BULLETINS,
  ...LOAD,
  ...OFFLINE,
  ...TOUR,
  ...ENTRY,
];
