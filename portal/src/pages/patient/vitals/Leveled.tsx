import { dictionary, inLanguage } from "../../../i18n";
import { Notice, Tag } from "../../../ui";
import type { Level, Series } from "./shapes";

const TONES = { none: "quiet", normal: "good", attention: "warn", urgent: "bad" } as const;
const SHAPES = { none: "", normal: "✓", attention: "!", urgent: "⚠" } as const;

/** The level of a reading: the words say it, shape and colour help. */
export function Leveled({ level }: { level: Level }) {
  return (
    <Tag tone={TONES[level]}>
      {SHAPES[level] && <span aria-hidden="true">{SHAPES[level]}&nbsp;</span>}
      {t(level)}
    </Tag>
  );
}

/** What to do about a reading out of its limits, in the words of the API; with the number to call when it is grave. */
export function Advice({ level, advice, live }: { level: Level; advice: Series["advice"]; live?: boolean }) {
  if (level !== "attention" && level !== "urgent") return null;
  return (
    <Notice tone={level === "urgent" ? "bad" : "warn"} title={t(`title-${level}`)} live={live ?? false}>
      <p>{inLanguage(advice[level])}</p>
      {level === "urgent" && (
        <p>
          {t("call")}{" "}
          <a href="tel:103" className="button button-danger">
            {t("ambulance")}
          </a>{" "}
          <a href="tel:112" className="button button-danger">
            {t("emergency")}
          </a>
        </p>
      )}
    </Notice>
  );
}

export const levelWords = (level: Level): string => t(level);

const t = dictionary({
  ru: {
    none: "без оценки",
    normal: "в границах нормы",
    attention: "вне границ нормы",
    urgent: "опасное значение",
    "title-attention": "Значение вне границ нормы",
    "title-urgent": "Это может быть опасно",
    call: "Если вам плохо, не ждите:",
    ambulance: "Скорая: 103",
    emergency: "Экстренный номер: 112",
  },
  en: {
    none: "not rated",
    normal: "within limits",
    attention: "out of limits",
    urgent: "dangerous value",
    "title-attention": "The value is out of limits",
    "title-urgent": "This may be dangerous",
    call: "If you feel unwell, do not wait:",
    ambulance: "Ambulance: 103",
    emergency: "Emergency: 112",
  },
});
