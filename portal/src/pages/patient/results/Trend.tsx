import { Fragment } from "react";
import { dictionary, inLanguage } from "../../../i18n";
import { day, dayAndTime } from "../../../i18n/dates";
import { measured, numberWords, unitWords } from "../../../i18n/units";
import { Notice, Table } from "../../../ui";
import { ChartSwitch } from "../../../ui/ChartSwitch";
import { csvText } from "../../../ui/csv";
import { LineChart, type ChartPoint, type Span } from "../../../ui/LineChart";
import { normWords } from "../../../ui/RangeBar";
import { Flagged } from "./Flagged";
import { standingOf } from "./reading";
import type { Analyte, Part, Point } from "./shapes";
import { flagWords, resultWords } from "./words";

/** One analyte over time: what changed in words, a chart of each unit, and all of it as a table. */
export function Trend({ analyte }: { analyte: Analyte }) {
  const table = <Values analyte={analyte} />;
  return (
    <div className="stack">
      <p>{trendWords(analyte)}</p>
      {hasNumbers(analyte) ? <ChartSwitch chart={<UnitCharts analyte={analyte} />} table={table} /> : table}
      <Breaks parts={analyte.parts} />
    </div>
  );
}

/** Whether there is something to draw: values in words have no place on an axis. */
export const hasNumbers = (analyte: Analyte): boolean => analyte.parts.some((part) => part.kind === "quantity");

/** A chart for each unit, one under the other. */
export function UnitCharts({ analyte, span }: { analyte: Analyte; span?: Span }) {
  const charts = byUnit(analyte.parts.filter((part) => part.kind === "quantity"));
  return (
    <div className="stack">
      {charts.map((parts) => (
        <UnitChart
          key={parts[0]?.unit}
          title={inLanguage(analyte.names)}
          parts={parts}
          several={charts.length > 1}
          span={span}
        />
      ))}
    </div>
  );
}

/** Values of different units never share an axis. */
function byUnit(parts: readonly Part[]): Part[][] {
  const units = [...new Set(parts.map((part) => part.unit))];
  return units.map((unit) => parts.filter((part) => part.unit === unit));
}

type UnitChartProps = { title: string; parts: Part[]; several: boolean; span: Span | undefined };

function UnitChart({ title, parts, several, span }: UnitChartProps) {
  const unit = parts[0]?.unit ?? "";
  const points = parts.flatMap((part) => part.points);
  const words = (at: string) => {
    const point = points.find((one) => one.at === at);
    return point
      ? `${day(at)}: ${measured(point.number ?? point.value, unit)}, ${flagWords(point.flag)}. ${point.laboratory}`
      : "";
  };
  return (
    <>
      {several && <h3>{t("inUnit", { unit: unitWords(unit) })}</h3>}
      <LineChart
        label={t("chart", { title, unit: unitWords(unit) })}
        lines={[{ id: title, title, parts: parts.map((part) => part.points.map(drawn)) }]}
        words={words}
        span={span}
      />
    </>
  );
}

const drawn = (point: Point): ChartPoint => ({
  at: point.at,
  value: Number(point.number),
  standing: standingOf(point.flag),
  low: point.low !== null && point.range_fits !== false ? Number(point.low) : null,
  high: point.high !== null && point.range_fits !== false ? Number(point.high) : null,
});

export function Values({ analyte }: { analyte: Analyte }) {
  const points = analyte.parts.flatMap((part) => part.points).toReversed();
  return (
    <Table
      caption={t("caption")}
      rows={points}
      keyOf={(point) => point.record}
      columns={[
        { title: t("when"), of: (point) => dayAndTime(point.at) },
        { title: t("value"), of: (point) => measured(point.value, point.unit), number: true },
        {
          title: t("norm"),
          of: (point) => point.reference ?? normWords(point.low, point.high, point.unit),
          number: true,
        },
        { title: t("rating"), of: (point) => <Flagged flag={point.flag} /> },
        {
          title: t("laboratory"),
          of: (point) => (
            <>
              {point.laboratory}
              {point.preliminary && ` (${resultWords("preliminary")})`}
            </>
          ),
        },
      ]}
    />
  );
}

/** Why a line is broken, so that nobody compares what cannot be compared. */
export function Breaks({ parts }: { parts: readonly Part[] }) {
  const broken = parts.filter((part) => part.broken_by);
  if (!broken.length) return null;
  return (
    <Notice>
      {broken.map((part) => (
        <Fragment key={part.points[0]?.record}>
          {t("broken", { day: day(part.points[0]?.at), why: t(`by-${reasonOf(part.broken_by)}`) })}{" "}
        </Fragment>
      ))}
    </Notice>
  );
}

type Reason = "unit" | "loinc" | "method" | "specimen" | "comparator" | "text" | "quantity";
const REASONS: readonly string[] = ["unit", "loinc", "method", "specimen", "comparator", "text", "quantity"];
const reasonOf = (word: string | null): Reason => (word && REASONS.includes(word) ? (word as Reason) : "method");

export function trendWords({ trend }: Analyte): string {
  if (!trend.comparable) return trend.reason === "first" ? t("first") : t("incomparable");
  const change = measured(trend.change.replace("-", ""), trend.unit);
  return trend.direction === "steady" ? t("steady") : t(trend.direction, { change });
}

/** Values as rows of a table that goes along: when, of what, value, unit, norm, rating, laboratory. */
export const tableRows = (analyte: Analyte): string[][] =>
  analyte.parts
    .flatMap((part) => part.points)
    .map((one) => [
      one.at,
      inLanguage(analyte.names),
      numberWords(one.value),
      unitWords(one.unit),
      one.reference ?? normWords(one.low, one.high, one.unit),
      flagWords(one.flag),
      one.laboratory,
    ]);

export function csvOf(analyte: Analyte): string {
  const head = [t("when"), t("analyte"), t("value"), t("unit"), t("norm"), t("rating"), t("laboratory")];
  return csvText([head, ...tableRows(analyte)]);
}

const t = dictionary({
  ru: {
    rising: "По сравнению с прошлым разом показатель вырос на {change}.",
    falling: "По сравнению с прошлым разом показатель снизился на {change}.",
    steady: "По сравнению с прошлым разом показатель не изменился.",
    first: "Это первый результат: сравнивать пока не с чем.",
    incomparable: "Последний результат нельзя прямо сравнить с предыдущим.",
    inUnit: "В единицах: {unit}",
    chart: "{title}, {unit}: график по датам",
    caption: "Значения по датам, сначала новые",
    when: "Когда",
    analyte: "Показатель",
    value: "Значение",
    unit: "Единица",
    norm: "Норма",
    rating: "Оценка",
    laboratory: "Лаборатория",
    broken: "С {day} линия начинается заново: {why}.",
    "by-unit": "другая единица измерения",
    "by-loinc": "измеряли другой показатель",
    "by-method": "другой метод измерения",
    "by-specimen": "другой материал для анализа",
    "by-comparator": "значение за пределами измерения прибора",
    "by-text": "результат дан словами",
    "by-quantity": "результат снова дан числом",
  },
  en: {
    rising: "Since last time the value rose by {change}.",
    falling: "Since last time the value fell by {change}.",
    steady: "Since last time the value has not changed.",
    first: "This is the first result: there is nothing to compare it with yet.",
    incomparable: "The newest result cannot be compared directly with the one before.",
    inUnit: "In {unit}",
    chart: "{title}, {unit}: chart by date",
    caption: "Values by date, newest first",
    when: "When",
    analyte: "Value of",
    value: "Value",
    unit: "Unit",
    norm: "Normal range",
    rating: "Rating",
    laboratory: "Laboratory",
    broken: "From {day} the line begins anew: {why}.",
    "by-unit": "another unit",
    "by-loinc": "something else was measured",
    "by-method": "another method of measuring",
    "by-specimen": "another specimen",
    "by-comparator": "a value beyond what the device measures",
    "by-text": "the result is given in words",
    "by-quantity": "the result is a number again",
  },
});
