import { useRead } from "../../../api/queries";
import { useCardId } from "../../../app/session";
import { currentLanguage, dictionary } from "../../../i18n";
import { ask, kindOf, plain, recordPath, useKinds } from "../../../records";
import type { Plan } from "./shapes";

/** Names in it are in the reader's language. */
export function usePlan() {
  const cardId = useCardId();
  return useRead<Plan>(["vaccination-plan", cardId, currentLanguage()], () =>
    ask<Plan>(recordPath(cardId, "vaccination-plan")),
  );
}

export type Names = { vaccine: (code: string) => string; disease: (code: string) => string };

/** Diseases and vaccines in words; codes until they are read. */
export function useNames(): Names {
  const kinds = useKinds();
  const schema = kindOf(kinds.data ?? [], "vaccination")?.schema;
  const target = Object.values(schema?.$defs ?? {}).find((model) => model.properties?.["disease"]);
  return {
    vaccine: (code) => plain(code, schema?.properties?.["vaccine"] ?? {}),
    disease: (code) => plain(code, target?.properties?.["disease"] ?? {}),
  };
}

/** "V2" is the second vaccination, "R1" the first one that renews the protection. */
export function stageWords(stage: string): string {
  const n = Number(stage.slice(1));
  if (stage.startsWith("R")) return n ? t("renewal", { n }) : t("renewed");
  return n ? t("dose", { n }) : t("vaccination");
}

const t = dictionary({
  ru: {
    dose: "прививка № {n}",
    vaccination: "прививка",
    renewal: "повторная прививка № {n}",
    renewed: "повторная прививка",
  },
  en: { dose: "dose {n}", vaccination: "dose", renewal: "booster {n}", renewed: "booster" },
});
