import { OWNERS } from "../../../app/roles";
import type { Route } from "../../../app/route";

export const INDICATORS: readonly Route[] = [
  {
    path: "/indicators",
    title: { ru: "Графики показателей", en: "Indicators over time" },
    roles: OWNERS,
    load: () => import("./Indicators"),
    nav: { group: "card", icon: "list" },
    tour: {
      ru: "Давление, вес и анализы на графиках друг под другом, с одной осью времени. Их можно напечатать или скачать таблицей и взять с собой на приём.",
      en: "Blood pressure, weight and test results as charts, one under the other along one time. Print them or download a table and take it to your visit.",
    },
  },
];
