import { OWNERS } from "../../../app/roles";
import { useCardId, useMe } from "../../../app/session";
import { dictionary } from "../../../i18n";
import { dayAndTime } from "../../../i18n/dates";
import { numberWords, unitWords } from "../../../i18n/units";
import { ButtonLink, Card, Download, Empty, Facts, Notice, Shown } from "../../../ui";
import { ChartSwitch } from "../../../ui/ChartSwitch";
import { Advice, Leveled } from "./Leveled";
import { firstDay, useSeries, type Period } from "./reading";
import { SendSeries } from "./SendSeries";
import { partsOf, Readings, SeriesChart } from "./SeriesChart";
import type { Reading, Rule, Series, Sign } from "./shapes";
import { readingWords, signWords } from "./signs";

/** One sign over a time: the newest reading and what to do about it, then how it changed. */
export function SeriesView({ sign, period }: { sign: Sign; period: Period }) {
  const found = useSeries(sign, period);
  return (
    <Shown of={found}>
      {(series) =>
        series.points.length ? <Whole series={series} sign={sign} period={period} /> : <Nothing sign={sign} />
      }
    </Shown>
  );
}

function Nothing({ sign }: { sign: Sign }) {
  const own = OWNERS.includes(useMe().role);
  return (
    <Empty title={t("none")}>
      <p>{sign === "body-mass-index" ? t("computed") : t("noneWhy")}</p>
      {own && sign !== "body-mass-index" && <ButtonLink to="/vitals/new">{t("enter")}</ButtonLink>}
    </Empty>
  );
}

function Whole({ series, sign, period }: { series: Series; sign: Sign; period: Period }) {
  const cardId = useCardId();
  const own = OWNERS.includes(useMe().role);
  const latest = series.points.at(-1);
  const query = new URLSearchParams({ code: sign, from: firstDay(period) });
  return (
    <div className="stack">
      {latest && <Latest reading={latest} series={series} />}
      <Card>
        <ChartSwitch chart={<SeriesChart series={series} sign={sign} />} table={<Readings series={series} />} />
        {series.thinned && <p className="quiet">{t("thinned", { n: series.statistics.count })}</p>}
      </Card>
      <Statistics series={series} />
      <Targets rules={series.bands} unit={series.unit} />
      <div className="row no-print">
        <Download path={`/api/v1/patients/${cardId}/vital-signs/series/document?${query}`} />
        {own && <SendSeries series={series} sign={sign} />}
      </div>
    </div>
  );
}

function Latest({ reading, series }: { reading: Reading; series: Series }) {
  return (
    <>
      <Card as="section" label={t("latest")}>
        <p className="quiet">
          {t("latest")}: {dayAndTime(reading.at)}
        </p>
        <p className="row">
          <span className="vital-latest number">{readingWords(reading.values, series.unit)}</span>
          <Leveled level={reading.level} />
        </p>
      </Card>
      <Advice level={reading.level} advice={series.advice} />
    </>
  );
}

function Statistics({ series }: { series: Series }) {
  const { parts, out_of_limits: out, count } = series.statistics;
  return (
    <Card>
      <Facts
        facts={[
          [t("count"), numberWords(String(count))],
          ...partsOf(series).map((part) => {
            const { min, max, mean } = parts[part] ?? { min: "", max: "", mean: "" };
            const title = part === "value" ? t("spread") : signWords(part);
            const average = numberWords(String(Math.round(Number(mean) * 10) / 10));
            return [
              title,
              t("fromTo", {
                min: numberWords(min),
                max: numberWords(max),
                mean: average,
                unit: unitWords(series.unit),
              }),
            ] as const;
          }),
          [t("out"), out && `${numberWords(String(Math.round(Number(out))))} %`],
        ]}
      />
    </Card>
  );
}

/** Limits that a doctor set for this person; they go before the common ones. */
function Targets({ rules, unit }: { rules: readonly Rule[]; unit: string }) {
  const own = rules.filter((rule) => rule.personal);
  if (!own.length) return null;
  return (
    <Notice title={t("targets")}>
      <ul>
        {own.map((rule) => (
          <li key={rule.part + rule.relation}>
            {signWords(rule.part)}:{" "}
            {t(rule.relation === "<" || rule.relation === "<=" ? "least" : "most", {
              limit: numberWords(rule.limit),
              unit: unitWords(unit),
            })}
          </li>
        ))}
      </ul>
    </Notice>
  );
}

const t = dictionary({
  ru: {
    none: "За это время измерений нет",
    noneWhy: "Запишите измерение или выберите время подольше.",
    computed: "Индекс массы тела считается сам, когда в карте есть рост и вес.",
    enter: "Записать измерение",
    latest: "Последнее измерение",
    thinned: {
      one: "Всего {n} измерение; показаны главные: крайние и те, что вне границ.",
      few: "Всего {n} измерения; показаны главные: крайние и те, что вне границ.",
      many: "Всего {n} измерений; показаны главные: крайние и те, что вне границ.",
      other: "Всего {n} измерения; показаны главные: крайние и те, что вне границ.",
    },
    count: "Измерений",
    spread: "Значения",
    fromTo: "от {min} до {max}, в среднем {mean} {unit}",
    out: "Вне границ нормы",
    targets: "Границы, которые поставил вам врач",
    least: "не ниже {limit} {unit}",
    most: "не выше {limit} {unit}",
  },
  en: {
    none: "There are no readings in this time",
    noneWhy: "Enter a reading, or choose a longer time.",
    computed: "The body mass index is computed when the card has height and weight.",
    enter: "Enter a reading",
    latest: "Newest reading",
    thinned: {
      one: "{n} reading in all; the main ones are shown: the extremes and those out of limits.",
      other: "{n} readings in all; the main ones are shown: the extremes and those out of limits.",
    },
    count: "Readings",
    spread: "Values",
    fromTo: "from {min} to {max}, on average {mean} {unit}",
    out: "Out of limits",
    targets: "Limits that your doctor set",
    least: "not below {limit} {unit}",
    most: "not above {limit} {unit}",
  },
});
