import { dictionary } from "../i18n";
import { measured, numberWords } from "../i18n/units";
import "./range.css";

export type Standing = "below" | "within" | "above" | "unknown";

type Props = {
  /** Numbers as the API writes them; a norm may be open at one end. */
  value: string;
  low: string | null;
  high: string | null;
  unit: string;
  standing: Standing;
};

const NEAREST = 0.02; // a mark never lies on the very edge

/** From where to where the bar goes: the norm in its middle, and the value always on it. */
function extent(value: number, low: number | null, high: number | null): [number, number] {
  const span =
    low !== null && high !== null ? Math.max(high - low, Math.abs(high) * 0.05, 1e-9) : Math.abs(low ?? high ?? 1) || 1;
  const from = Math.min(low === null ? (high ?? 0) - span : low - span * 0.6, value - span * 0.1);
  const to = Math.max(high === null ? (low ?? 0) + span : high + span * 0.6, value + span * 0.1);
  return [value >= 0 && (low === null || low >= 0) ? Math.max(from, 0) : from, to];
}

/** A value on a bar with its norm. Number lines make people less alarmed than a table with red numbers does. */
export function RangeBar({ value, low, high, unit, standing }: Props) {
  const [number, least, most] = [Number(value), low === null ? null : Number(low), high === null ? null : Number(high)];
  if (least === null && most === null) return null;
  const [from, to] = extent(number, least, most);
  const place = (at: number) => `${100 * Math.min(1 - NEAREST, Math.max(NEAREST, (at - from) / (to - from)))}%`;
  const start = least === null ? "0%" : place(least);
  const end = most === null ? "100%" : place(most);
  return (
    <div
      className="range"
      role="img"
      aria-label={`${measured(value, unit)}; ${normWords(low, high, unit)}; ${standingWords(standing)}`}
    >
      <div className="range-bar">
        <span className="range-norm" style={{ insetInlineStart: start, inlineSize: `calc(${end} - ${start})` }} />
        <span className={`range-mark range-${standing}`} style={{ insetInlineStart: place(number) }}>
          {SHAPES[standing]}
        </span>
      </div>
      <div className="range-ends">
        {least !== null && <span style={{ insetInlineStart: start }}>{numberWords(low)}</span>}
        {most !== null && <span style={{ insetInlineStart: end }}>{numberWords(high)}</span>}
      </div>
    </div>
  );
}

const SHAPES: Record<Standing, string> = { below: "▼", within: "●", above: "▲", unknown: "●" };

/** "норма от 3,9 до 6,1 ммоль/л" */
export function normWords(low: string | null, high: string | null, unit: string): string {
  if (low !== null && high !== null) return t("between", { low: numberWords(low), high: measured(high, unit) });
  if (low !== null) return t("least", { low: measured(low, unit) });
  if (high !== null) return t("most", { high: measured(high, unit) });
  return t("none");
}

export const standingWords = (standing: Standing): string => t(standing);

const t = dictionary({
  ru: {
    between: "норма от {low} до {high}",
    least: "норма от {low}",
    most: "норма до {high}",
    none: "норма не указана",
    below: "ниже нормы",
    within: "в норме",
    above: "выше нормы",
    unknown: "без оценки",
  },
  en: {
    between: "normal range {low} to {high}",
    least: "normal from {low}",
    most: "normal up to {high}",
    none: "no normal range given",
    below: "below the normal range",
    within: "within the normal range",
    above: "above the normal range",
    unknown: "not rated",
  },
});
