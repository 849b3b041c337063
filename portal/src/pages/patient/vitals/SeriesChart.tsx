import { OWNERS } from "../../../app/roles";
import { useMe } from "../../../app/session";
import { dictionary } from "../../../i18n";
import { dayAndTime } from "../../../i18n/dates";
import { unitWords } from "../../../i18n/units";
import { Table } from "../../../ui";
import { LineChart, type ChartLine, type Span } from "../../../ui/LineChart";
import { limitsOf, standingOf } from "./bands";
import { Leveled, levelWords } from "./Leveled";
import type { PartName, Reading, Series, Sign } from "./shapes";
import { readingWords, signWords } from "./signs";

export const partsOf = (series: Series): PartName[] => Object.keys(series.statistics.parts) as PartName[];

type Props = { series: Series; sign: Sign; span?: Span };

/** Both numbers of a pressure are lines of one chart: they have one unit. */
export function SeriesChart({ series, sign, span }: Props) {
  const lines: ChartLine[] = partsOf(series).map((part) => ({
    id: part,
    title: signWords(part),
    parts: [
      series.points.map((reading) => ({
        at: reading.at,
        value: Number(reading.values[part]),
        standing: standingOf(reading, part, series.bands),
        ...limitsOf(series.bands, part, reading.place),
      })),
    ],
  }));
  const words = (at: string) => {
    const reading = series.points.find((one) => one.at === at);
    return reading
      ? `${dayAndTime(at)}: ${readingWords(reading.values, series.unit)}, ${levelWords(reading.level)}`
      : "";
  };
  return (
    <LineChart
      label={t("chart", { sign: signWords(sign), unit: unitWords(series.unit) })}
      lines={lines}
      words={words}
      span={span}
    />
  );
}

export function Readings({ series }: { series: Series }) {
  const own = OWNERS.includes(useMe().role);
  return (
    <Table
      caption={t("caption")}
      rows={series.points.toReversed()}
      keyOf={(reading) => reading.record + reading.at}
      columns={[
        { title: t("when"), of: (reading) => dayAndTime(reading.at) },
        { title: t("value"), of: (reading) => readingWords(reading.values, series.unit), number: true },
        { title: t("rating"), of: (reading) => <Leveled level={reading.level} /> },
        { title: t("who"), of: (reading) => sourceWords(reading.source, own) },
      ]}
    />
  );
}

/** Whose word a reading is; `own`: said to the owner of the card. */
export const sourceWords = (source: Reading["source"], own: boolean): string =>
  t(source === "patient-reported" && !own ? "patient" : source);

const t = dictionary({
  ru: {
    chart: "{sign}, {unit}: график по датам",
    caption: "Измерения, сначала новые",
    when: "Когда",
    value: "Значение",
    rating: "Оценка",
    who: "Кто записал",
    "patient-reported": "записано вами",
    patient: "пациент",
    staff: "медработник",
    connected: "другая система",
  },
  en: {
    chart: "{sign}, {unit}: chart by date",
    caption: "Readings, newest first",
    when: "When",
    value: "Value",
    rating: "Rating",
    who: "Entered by",
    "patient-reported": "yourself",
    patient: "the patient",
    staff: "clinician",
    connected: "another system",
  },
});
