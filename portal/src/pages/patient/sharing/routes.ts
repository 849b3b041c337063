import { OWNERS, type Role } from "../../../app/roles";
import type { Route } from "../../../app/route";

const PATIENT: readonly Role[] = ["patient"];

/** Who may see the card: consents, links, closed doors, applications. */
export const SHARING: readonly Route[] = [
  {
    path: "/access",
    title: { ru: "Доступ к карте", en: "Access to my card" },
    roles: OWNERS,
    load: () => import("./Access"),
    nav: { group: "access", icon: "consent" },
    tour: {
      ru: "Здесь вы решаете, кто видит карту: отвечаете на запросы врачей, меняете и отзываете согласия. Отзыв действует сразу.",
      en: "Here you decide who sees the card: answer doctors' requests, change and revoke consents. A revocation holds at once.",
    },
  },
  { path: "/access/new", title: { ru: "Открыть карту врачу", en: "Open the card to a doctor" }, roles: OWNERS, load: () => import("./NewConsent") },
  { path: "/access/history", title: { ru: "Все согласия и отзывы", en: "All consents and revocations" }, roles: OWNERS, load: () => import("./History") },
  { path: "/access/closed", title: { ru: "Кому карта закрыта", en: "To whom the card is closed" }, roles: OWNERS, load: () => import("./Closed") },
  { path: "/access/apps", title: { ru: "Приложения", en: "Applications" }, roles: PATIENT, load: () => import("./Apps") },
  {
    path: "/links",
    title: { ru: "Ссылки на записи", en: "Links to records" },
    roles: OWNERS,
    load: () => import("./Links"),
    nav: { group: "access", icon: "share" },
    tour: {
      ru: "Ссылка с паролем показывает выбранные записи тому, у кого нет учётной записи: другому врачу, страховой. Каждое открытие видно, отозвать можно одним нажатием.",
      en: "A link with a passcode shows chosen records to somebody without an account. You see each opening and can revoke it with one press.",
    },
  },
  { path: "/links/new", title: { ru: "Новая ссылка", en: "New link" }, roles: OWNERS, load: () => import("./NewLink") },
  { path: "/links/:shareId", title: { ru: "Кто открывал ссылку", en: "Who opened the link" }, roles: OWNERS, load: () => import("./Openings") },
];
