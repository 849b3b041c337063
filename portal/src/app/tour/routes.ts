import { EVERYBODY } from "../roles";
import type { Route } from "../route";

export const TOUR: readonly Route[] = [
  { path: "/tour", title: { ru: "Знакомство с кабинетом", en: "A tour of the portal" }, roles: EVERYBODY, load: () => import("./TourPage") },
];
