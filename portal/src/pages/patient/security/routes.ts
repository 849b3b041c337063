import { EVERYBODY } from "../../../app/roles";
import type { Route } from "../../../app/route";

/** Of every role: how one signs in, and where one is signed in. */
export const SECURITY: readonly Route[] = [
  {
    path: "/security",
    title: { ru: "Безопасность", en: "Security" },
    roles: EVERYBODY,
    load: () => import("./Security"),
    nav: { group: "account", icon: "key" },
    tour: {
      ru: "Здесь вы добавляете ключ доступа (вход по отпечатку или лицу), меняете пароль и видите все входы в кабинет. Незнакомый вход можно закрыть одним нажатием.",
      en: "Here you add a passkey (sign in by fingerprint or face), change the password and see every sign-in. You can close one that is not yours with one press.",
    },
  },
  { path: "/security/sessions", title: { ru: "Где вы вошли", en: "Where you are signed in" }, roles: EVERYBODY, load: () => import("./Sessions") },
  { path: "/security/sign-ins", title: { ru: "Журнал входов", en: "Journal of sign-ins" }, roles: EVERYBODY, load: () => import("./SignIns") },
];
