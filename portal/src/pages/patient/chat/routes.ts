import { OWNERS } from "../../../app/roles";
import type { Route } from "../../../app/route";

export const CHAT: readonly Route[] = [
  {
    path: "/chat",
    title: { ru: "Переписка", en: "Messages" },
    roles: OWNERS,
    load: () => import("./Chats"),
    nav: { group: "care", icon: "chat" },
  },
  {
    path: "/chat/new",
    title: { ru: "Новая переписка", en: "New chat" },
    roles: OWNERS,
    load: () => import("./NewChat"),
  },
  { path: "/chat/:id", title: { ru: "Переписка с врачом", en: "Chat" }, roles: OWNERS, load: () => import("./Chat") },
];
