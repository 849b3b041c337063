import type { Role } from "../../../app/roles";
import type { Route } from "../../../app/route";

const OFFICER: readonly Role[] = ["security-officer"];

const WAITING: readonly Route[] = [
  {
    path: "/",
    title: { ru: "Что ждёт решения", en: "What awaits a decision" },
    roles: OFFICER,
    load: () => import("./Work"),
    nav: { group: "work", icon: "home", foot: true },
    tour: {
      ru: "С этого начинается день: сколько находок, обращений и экстренных доступов ждут, и какие из них самые давние.",
      en: "The day begins here: how many findings, tickets and emergency accesses wait, and which of them the longest.",
    },
  },
  {
    path: "/emergencies",
    title: { ru: "Экстренные доступы", en: "Emergency accesses" },
    roles: OFFICER,
    load: () => import("./Emergencies"),
    nav: { group: "work", icon: "alert" },
    tour: {
      ru: "Карты, открытые без согласия. Прочтите причину, посмотрите строки журнала и решите, обоснован ли доступ.",
      en: "Cards that were opened without consent. Read the reason, look at the log and decide whether it was justified.",
    },
  },
  { path: "/emergencies/:patientId/:emergencyId", title: { ru: "Экстренный доступ", en: "Emergency access" }, roles: OFFICER, load: () => import("./Emergency") },
  {
    path: "/findings",
    title: { ru: "Находки проверки", en: "Findings of the review" },
    roles: OFFICER,
    load: () => import("./Findings"),
    nav: { group: "work", icon: "search" },
    tour: {
      ru: "Что автоматическая проверка журнала сочла необычным: правило словами, строки журнала и ваше заключение.",
      en: "What the automatic review of the log found unusual: the rule in words, lines of the log, and your conclusion.",
    },
  },
  { path: "/findings/:findingId", title: { ru: "Находка", en: "Finding" }, roles: OFFICER, load: () => import("./Finding") },
  {
    path: "/tickets",
    title: { ru: "Обращения", en: "Tickets" },
    roles: OFFICER,
    load: () => import("./Tickets"),
    nav: { group: "work", icon: "chat" },
    tour: {
      ru: "О чём пишут люди и что остановила защита входа. Возьмите обращение в работу, снимите блокировку, ответьте.",
      en: "What people write and what the guard of sign-ins stopped. Take a ticket, lift a block, answer.",
    },
  },
  { path: "/tickets/:ticketId", title: { ru: "Обращение", en: "Ticket" }, roles: OFFICER, load: () => import("./Ticket") },
];

const LOG: readonly Route[] = [
  {
    path: "/log",
    title: { ru: "Поиск по журналу", en: "Search of the log" },
    roles: OFFICER,
    load: () => import("./LogSearch"),
    nav: { group: "work", icon: "list" },
    tour: {
      ru: "Кто, когда и что делал во всей системе. Поиск по одному пациенту увидит и сам пациент.",
      en: "Who did what and when in the whole system. A search about one patient is seen by that patient too.",
    },
  },
  {
    path: "/log/state",
    title: { ru: "Целость журнала", en: "Soundness of the log" },
    roles: OFFICER,
    load: () => import("./LogState"),
    nav: { group: "work", icon: "consent" },
    tour: {
      ru: "Подписанные вехи журнала с отметками свидетелей, и сверка одной карты с журналом.",
      en: "Signed checkpoints of the log with marks of its witnesses, and a comparison of one card with the log.",
    },
  },
  {
    path: "/access-report",
    title: { ru: "Отчёт о доступе", en: "Access report" },
    roles: OFFICER,
    load: () => import("./AccessReport"),
    nav: { group: "work", icon: "document" },
    tour: {
      ru: "Сколько карт за месяц открыл, изменил и выгрузил каждый сотрудник. Отчёт можно сохранить файлом.",
      en: "How many cards each member of staff opened, changed and exported in a month. It can be saved as a file.",
    },
  },
];

export const SECURITY_OFFICER: readonly Route[] = [...WAITING, ...LOG];
