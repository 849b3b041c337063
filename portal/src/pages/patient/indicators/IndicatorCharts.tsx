import { useCallback, useMemo, useState } from "react";
import { day } from "../../../i18n/dates";
import { Empty } from "../../../ui";
import { ChartSwitch } from "../../../ui/ChartSwitch";
import type { Span } from "../../../ui/LineChart";
import { namesOf } from "../results/AnalyteFiles";
import { useComparison, useOpaque } from "../results/reading";
import { firstDay, type Period } from "../vitals/reading";
import type { Sign } from "../vitals/shapes";
import { ANALYTES, AnalyteCards } from "./AnalyteCards";
import { Choice } from "./Choice";
import { keyOf } from "./choosing";
import { Files } from "./Files";
import { SignCard } from "./SignCard";
import { t } from "./words";
import "./indicators.css";

/**
 * Readings and values of results that somebody chose, one under the other along one time. Each has an axis of its own:
 * two on one chart make anything look like anything. For the card that is open.
 */
export function IndicatorCharts() {
  const [signs, setSigns] = useState<readonly Sign[]>(["blood-pressure"]);
  const [analytes, setAnalytes] = useState<readonly string[]>([]);
  const [period, setPeriod] = useState<Period>("year");
  const everything = useComparison("all", {});
  const chosen = (everything.data?.analytes ?? []).filter((one) => analytes.includes(keyOf(one)));
  const wish = { analytes: chosen.flatMap(namesOf), from: firstDay(period) };
  const found = useComparison(useOpaque(wish), wish, chosen.length > 0);
  const { span, seen } = useSpan(period, chosen.length ? [...signs, ANALYTES] : signs);
  const cards = (table: boolean) => (
    <div className="stack">
      {signs.map((sign) => (
        <SignCard key={sign} sign={sign} period={period} span={span} seen={seen} table={table} />
      ))}
      {chosen.length > 0 && <AnalyteCards of={found} chosen={chosen} span={span} seen={seen} table={table} />}
    </div>
  );
  return (
    <div className="stack">
      <div className="no-print">
        <Choice
          period={period}
          setPeriod={setPeriod}
          signs={signs}
          setSigns={setSigns}
          analytes={analytes}
          setAnalytes={setAnalytes}
          known={everything}
        />
      </div>
      <p role="status">
        {t("shown", { n: signs.length + chosen.length, from: day(firstDay(period)) })}
      </p>
      {signs.length + chosen.length > 0 ? (
        <>
          <ChartSwitch chart={cards(false)} table={cards(true)} />
          <Files signs={signs} analytes={chosen.length ? found.data : undefined} wish={wish} period={period} />
        </>
      ) : (
        <Empty title={t("nothing")}>
          <p>{t("nothingHow")}</p>
        </Empty>
      )}
    </div>
  );
}

/**
 * The time that all charts share: the whole period, that they can be compared and a gap is seen; of the longest, which
 * is longer than most cards, the part from the first value on.
 */
function useSpan(period: Period, names: readonly string[]): { span: Span; seen: (name: string, first: number) => void } {
  const [now] = useState(() => Date.now());
  const [firsts, setFirsts] = useState<Readonly<Record<string, number>>>({});
  const seen = useCallback(
    (name: string, first: number) =>
      setFirsts((before) => (before[name] === first ? before : { ...before, [name]: first })),
    [],
  );
  const whole = Date.parse(`${firstDay(period)}T00:00:00`);
  const known = names.flatMap((name) => firsts[name] ?? []);
  const from = period === "years" && known.length ? Math.min(...known) : whole;
  return { span: useMemo(() => [from, now] as const, [from, now]), seen };
}
