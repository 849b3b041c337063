/** A decision rests on what one has seen: when that has changed meanwhile, it is looked at again first. */
import type { Problem } from "../../../api/problems";
import { Button, Notice } from "../../../ui";
import { t } from "./words";

const STALE = 412;

export function Stale({ problem, again }: { problem: Problem | null; again: () => void }) {
  if (problem?.status !== STALE) return null;
  return (
    <Notice tone="warn" title={t("changedMeanwhile")} live actions={<Button onPress={again}>{t("lookAgain")}</Button>}>
      {t("changedWhy")}
    </Notice>
  );
}
