import type { Route } from "../../app/route";

/** Screens before the sign-in, and those for everybody. */
export const ENTRY: readonly Route[] = [
  { path: "/sign-in", title: { ru: "Вход", en: "Sign in" }, roles: "anybody", load: () => import("./SignIn") },
  { path: "/registration", title: { ru: "Регистрация", en: "Registration" }, roles: "anybody", load: () => import("./Registration") },
  { path: "/recovery", title: { ru: "Не получается войти", en: "Cannot sign in" }, roles: "anybody", load: () => import("./Recovery") },
  { path: "/help", title: { ru: "Помощь", en: "Help" }, roles: "anybody", load: () => import("./Help") },
  { path: "/look", title: { ru: "Цвета и размер букв", en: "Colours and text size" }, roles: "anybody", load: () => import("./Look"), nav: { group: "account", icon: "eye" } },
  { path: "/privacy", title: { ru: "Как защищены данные", en: "How your data is protected" }, roles: "anybody", load: () => import("./Privacy") },
];
