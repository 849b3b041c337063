import { CLINICIANS, type Role } from "../../../app/roles";
import type { Route } from "../../../app/route";

const ALONE: readonly Role[] = ["doctor"];

/** Of doctors and nurses; what only doctors do is theirs alone. */
const CARE: readonly Route[] = [
  {
    path: "/",
    title: { ru: "Сегодня", en: "Today" },
    roles: CLINICIANS,
    load: () => import("./Today"),
    nav: { group: "work", icon: "home", foot: true },
    tour: {
      ru: "С этого начинается день: кто записан, кто ждёт ответа в переписке, что лежит в черновиках.",
      en: "The day begins here: who is booked, who waits for an answer, what lies in drafts.",
    },
  },
  {
    path: "/patients",
    title: { ru: "Мои пациенты", en: "My patients" },
    roles: CLINICIANS,
    load: () => import("./Patients"),
    nav: { group: "work", icon: "people", foot: true },
    tour: {
      ru: "Найдите пациента по СНИЛС и попросите согласие. До ответа карта закрыта; в неотложном случае есть экстренный доступ, его проверит офицер безопасности.",
      en: "Find a patient by SNILS and ask for consent. Until the answer the card is closed; in an emergency there is emergency access, which a security officer reviews.",
    },
  },
  { path: "/patients/:patientId", title: { ru: "Карта пациента", en: "Patient's card" }, roles: CLINICIANS, load: () => import("./Patient") },
  { path: "/patients/:patientId/signs", title: { ru: "Показатели пациента", en: "Patient's readings" }, roles: CLINICIANS, load: () => import("./Signs") },
  { path: "/patients/:patientId/indicators", title: { ru: "Графики показателей", en: "Indicators over time" }, roles: CLINICIANS, load: () => import("./Indicators") },
  { path: "/patients/:patientId/new/:kind", title: { ru: "Новая запись", en: "New record" }, roles: CLINICIANS, load: () => import("./NewRecord") },
  { path: "/patients/:patientId/prescribe", title: { ru: "Новый рецепт", en: "New prescription" }, roles: ALONE, load: () => import("./Prescribe") },
  { path: "/patients/:patientId/results/:recordId/drafts", title: { ru: "Черновики по анализу", en: "Drafts from a result" }, roles: ALONE, load: () => import("./ResultDrafts") },
  { path: "/patients/:patientId/:collection", title: { ru: "Записи", en: "Records" }, roles: CLINICIANS, load: () => import("./Records") },
  { path: "/patients/:patientId/:collection/:recordId", title: { ru: "Запись", en: "Record" }, roles: CLINICIANS, load: () => import("./Record") },
];

const WORK: readonly Route[] = [
  {
    path: "/work-chats",
    title: { ru: "Переписка", en: "Chat" },
    roles: ALONE,
    load: () => import("./WorkChats"),
    nav: { group: "work", icon: "chat", foot: true },
    tour: {
      ru: "Вопросы пациентов. Ответ можно набрать без связи: он уйдёт, когда связь появится. На время отпуска включите сообщение об отсутствии.",
      en: "Patients' questions. An answer can be typed without a connection and is sent later. Set a notice when you are away.",
    },
  },
  { path: "/work-chats/:patientId/:threadId", title: { ru: "Переписка с пациентом", en: "Chat with a patient" }, roles: ALONE, load: () => import("./WorkChat") },
  {
    path: "/signing",
    title: { ru: "Подпись документов", en: "Signing documents" },
    roles: ALONE,
    load: () => import("./Signing"),
    nav: { group: "work", icon: "consent" },
    tour: {
      ru: "Сертификат, которым подписываются ваши документы. Без него документы заверяет организация.",
      en: "The certificate that your documents are signed with. Without it the organisation seals them.",
    },
  },
];

export const DOCTOR: readonly Route[] = [...CARE, ...WORK];
