import type { Role } from "../../../app/roles";
import type { Route } from "../../../app/route";

const ROLES: readonly Role[] = ["registrar"];
const MANAGERS: readonly Role[] = [...ROLES, "administrator"]; // comes from a proposal about a schedule

const DECISIONS: readonly Route[] = [
  {
    path: "/",
    title: { ru: "Что ждёт решения", en: "What waits" },
    roles: ROLES,
    load: () => import("./Work"),
    nav: { group: "work", icon: "home", foot: true },
    tour: {
      ru: "С этого начинается день: сколько заявлений, обращений и неразобранных сообщений ждут вас и что просрочено.",
      en: "The day begins here: how many applications, cases and messages wait for you, and what is late.",
    },
  },
  {
    path: "/applications",
    title: { ru: "Открытие карт", en: "Opening cards" },
    roles: ROLES,
    load: () => import("./Applications"),
    nav: { group: "work", icon: "consent" },
    tour: {
      ru: "Сравните заявление с профилем и сканами. Карта открывается, когда документы совпали; при отказе человек видит причину.",
      en: "Compare the application with the profile and the scans. The card opens when the papers agree; a refusal says why.",
    },
  },
  { path: "/applications/:patientId/:applicationId", title: { ru: "Заявление", en: "Application" }, roles: ROLES, load: () => import("./Application") },
  {
    path: "/cases",
    title: { ru: "Обращения", en: "Cases" },
    roles: ROLES,
    load: () => import("./Cases"),
    nav: { group: "work", icon: "document" },
    tour: {
      ru: "Новорождённые, смена имени, копии документов и другие обращения с документами. Сначала те, что ждут дольше.",
      en: "Newborns, changed names, copies of records and other cases with documents, the longest waiting first.",
    },
  },
  { path: "/cases/:patientId/:caseId", title: { ru: "Обращение", en: "Case" }, roles: ROLES, load: () => import("./Case") },
];

const PATIENTS: readonly Route[] = [
  {
    path: "/clinic-patients",
    title: { ru: "Пациенты", en: "Patients" },
    roles: ROLES,
    load: () => import("./FindPatient"),
    nav: { group: "work", icon: "people", foot: true },
    tour: {
      ru: "Найдите пациента по СНИЛС или зарегистрируйте нового. Если он похож на того, кто уже есть, программа спросит.",
      en: "Find a patient by SNILS or register a new one. You are asked when somebody alike is known already.",
    },
  },
  { path: "/clinic-patients/new", title: { ru: "Новый пациент", en: "New patient" }, roles: ROLES, load: () => import("./NewPatient") },
  { path: "/clinic-patients/:patientId", title: { ru: "Пациент", en: "Patient" }, roles: ROLES, load: () => import("./ClinicPatient") },
  { path: "/clinic-patients/:patientId/papers", title: { ru: "Бумаги пациента", en: "Patient's papers" }, roles: ROLES, load: () => import("./Papers") },
  {
    path: "/merges",
    title: { ru: "Объединение карт", en: "Merging cards" },
    roles: ROLES,
    load: () => import("./Merges"),
    nav: { group: "work", icon: "swap" },
    tour: {
      ru: "Две карты одного человека объединяют двое: один предлагает, другой сравнивает и решает. Решение можно отменить.",
      en: "Two cards of one person are merged by two people: one proposes, another compares and decides. It can be undone.",
    },
  },
  { path: "/merges/:patientId/:mergeId", title: { ru: "Объединение", en: "Merge" }, roles: ROLES, load: () => import("./Merge") },
  { path: "/doubts", title: { ru: "Возможные двойники", en: "Possible duplicates" }, roles: ROLES, load: () => import("./Doubts") },
];

const VISITS: readonly Route[] = [
  {
    path: "/schedules",
    title: { ru: "Расписания", en: "Schedules" },
    roles: ROLES,
    load: () => import("./schedules/Schedules"),
    nav: { group: "work", icon: "calendar", foot: true },
    tour: {
      ru: "Расписания врачей: кто записан на день, приход и отмена, запись пациента, отпуска и лист ожидания.",
      en: "Doctors' schedules: who comes on a day, arrivals and cancellations, booking, leave and the waiting list.",
    },
  },
  { path: "/schedules/new", title: { ru: "Новое расписание", en: "New schedule" }, roles: ROLES, load: () => import("./schedules/NewSchedule") },
  { path: "/schedules/:scheduleId", title: { ru: "Расписание", en: "Schedule" }, roles: MANAGERS, load: () => import("./schedules/Schedule") },
  { path: "/schedules/:scheduleId/change", title: { ru: "Изменить расписание", en: "Change the schedule" }, roles: MANAGERS, load: () => import("./schedules/ChangeSchedule") },
  { path: "/schedules/:scheduleId/day", title: { ru: "День врача", en: "Doctor's day" }, roles: ROLES, load: () => import("./schedules/Day") },
  { path: "/schedules/:scheduleId/book", title: { ru: "Записать пациента", en: "Book for a patient" }, roles: ROLES, load: () => import("./schedules/Book") },
  { path: "/schedules/:scheduleId/move/:appointmentId", title: { ru: "Перенести запись", en: "Move a visit" }, roles: ROLES, load: () => import("./schedules/Move") },
  { path: "/schedules/:scheduleId/waiting", title: { ru: "Лист ожидания", en: "Waiting list" }, roles: ROLES, load: () => import("./schedules/Waiting") },
];

const OUTSIDE: readonly Route[] = [
  {
    path: "/messages",
    title: { ru: "Сообщения партнёров", en: "Partners' messages" },
    roles: ROLES,
    load: () => import("./Messages"),
    nav: { group: "work", icon: "alert" },
    tour: {
      ru: "Сообщения лабораторий и клиник, которые не удалось отнести ни к одной карте. Скажите, чьи они, или отклоните.",
      en: "Messages of laboratories and clinics that fit no card. Say whose they are, or reject them.",
    },
  },
  { path: "/messages/:entryId", title: { ru: "Сообщение партнёра", en: "Partner's message" }, roles: ROLES, load: () => import("./Message") },
  { path: "/outside-times", title: { ru: "Разногласия о времени", en: "Conflicts of times" }, roles: ROLES, load: () => import("./OutsideTimes") },
];

export const REGISTRAR: readonly Route[] = [...DECISIONS, ...PATIENTS, ...VISITS, ...OUTSIDE];
