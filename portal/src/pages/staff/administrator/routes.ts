import type { Role } from "../../../app/roles";
import type { Route } from "../../../app/route";

const ALONE: readonly Role[] = ["administrator"];
const TWO_OF_THEM: readonly Role[] = ["administrator", "security-officer"]; // one proposes, the other decides

const ORGANISATIONS: readonly Route[] = [
  {
    path: "/",
    title: { ru: "Организации", en: "Organisations" },
    roles: ALONE,
    load: () => import("./Organisations"),
    nav: { group: "work", icon: "building", foot: true },
    tour: {
      ru: "Организации и всё о каждой: сотрудники, печать, сертификат и правила стойки удостоверения личности.",
      en: "Organisations and all about each: staff, stamp, certificate and rules of the identity desk.",
    },
  },
  { path: "/organisations/:organisationId", title: { ru: "Организация", en: "Organisation" }, roles: ALONE, load: () => import("./OneOrganisation") },
];

const SYSTEMS: readonly Route[] = [
  {
    path: "/partners",
    title: { ru: "Партнёры", en: "Partners" },
    roles: ALONE,
    load: () => import("./Partners"),
    nav: { group: "work", icon: "people" },
    tour: {
      ru: "Аптеки, лаборатории, страховые и системы клиник, которым открыт обмен. Здесь их регистрируют, меняют ключи и отключают.",
      en: "Pharmacies, laboratories, insurers and systems of clinics. They are registered, given new keys and shut out here.",
    },
  },
  { path: "/partners/new", title: { ru: "Новый партнёр", en: "New partner" }, roles: ALONE, load: () => import("./NewPartner") },
  {
    path: "/apps",
    title: { ru: "Приложения", en: "Applications" },
    roles: ALONE,
    load: () => import("./Apps"),
    nav: { group: "work", icon: "gear" },
    tour: {
      ru: "Приложения, которые пациенты могут впустить в свою карту. Отключённое приложение сразу теряет доступ.",
      en: "Applications that patients may let into their cards. One that is ended loses access at once.",
    },
  },
  {
    path: "/transfer-senders",
    title: { ru: "Откуда принимаем карты", en: "Where cards come from" },
    roles: ALONE,
    load: () => import("./Senders"),
    nav: { group: "work", icon: "swap" },
    tour: {
      ru: "Системы других организаций, чьим подписанным передачам карт мы доверяем.",
      en: "Systems of other organisations whose signed transfers of cards are trusted.",
    },
  },
  {
    path: "/aggregates",
    title: { ru: "Статистика", en: "Statistics" },
    roles: ALONE,
    load: () => import("./Aggregates"),
    nav: { group: "work", icon: "result" },
    tour: {
      ru: "Подсчёты без имён: включить или выключить и посмотреть, что опубликовано. Малые числа не показываются.",
      en: "Counts without names: switch them on or off and see what was published. Small numbers are not shown.",
    },
  },
];

const FOUR_EYES: readonly Route[] = [
  {
    path: "/trust",
    title: { ru: "Кому доверяем подписи", en: "Whose signatures are trusted" },
    roles: TWO_OF_THEM,
    load: () => import("./Trust"),
    nav: { group: "work", icon: "key" },
    tour: {
      ru: "Удостоверяющие центры. Администратор предлагает новый, офицер безопасности утверждает: один человек этого сделать не может.",
      en: "Certification authorities. An administrator proposes one, a security officer approves: no one does it alone.",
    },
  },
  {
    path: "/erasures",
    title: { ru: "Удаление данных", en: "Erasures" },
    roles: TWO_OF_THEM,
    load: () => import("./Erasures"),
    nav: { group: "work", icon: "document" },
    tour: {
      ru: "Удаление всех данных человека по его заявлению, решению суда или концу срока хранения. Один предлагает, другой решает.",
      en: "All data of a person are erased on their application, by a court or at the end of retention. One proposes, another decides.",
    },
  },
];

export const ADMINISTRATOR: readonly Route[] = [...ORGANISATIONS, ...SYSTEMS, ...FOUR_EYES];
