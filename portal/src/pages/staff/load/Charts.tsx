import { Section } from "../../../ui";
import { ChartSwitch } from "../../../ui/ChartSwitch";
import { LineChart, type ChartLine, type ChartPoint } from "../../../ui/LineChart";
import { periodWords, shown, valueOf, type Name } from "./figures";
import type { Asked } from "./reading";
import type { OfPeriod } from "./shapes";
import { ByPeriod } from "./Tables";
import { t } from "./words";

const CHARTS: readonly { id: "people" | "missed" | "slots" | "waits"; names: readonly Name[] }[] = [
  { id: "people", names: ["bookings", "visits"] },
  { id: "missed", names: ["no_shows"] },
  { id: "slots", names: ["slot_use_percent"] },
  { id: "waits", names: ["wait_hours"] },
];

export function Charts({ periods, by }: { periods: readonly OfPeriod[]; by: Asked["by"] }) {
  return (
    <Section title={t(by === "days" ? "byDay" : "byMonth")}>
      <ChartSwitch
        chart={
          <div className="stack">
            {CHARTS.map(({ id, names }) => (
              <OneChart key={id} title={t(id)} names={names} periods={periods} />
            ))}
          </div>
        }
        table={<ByPeriod periods={periods} />}
      />
    </Section>
  );
}

function OneChart({ title, names, periods }: { title: string; names: readonly Name[]; periods: readonly OfPeriod[] }) {
  const lines: ChartLine[] = names.map((name) => ({ id: name, title: t(name), parts: [pointsOf(periods, name)] }));
  const words = (at: string) => {
    const one = periods.find((period) => momentOf(period.period) === at);
    if (!one) return "";
    const said = names.map((name) => (names.length > 1 ? `${t(name).toLowerCase()} ${shown(one, name)}` : shown(one, name)));
    return `${periodWords(one.period)}: ${said.join(", ")}`;
  };
  if (lines.every((line) => !line.parts[0]?.length)) return null;
  return (
    <>
      <h3>{title}</h3>
      <LineChart label={t("chart", { title })} lines={lines} words={words} />
    </>
  );
}

const momentOf = (period: string) => (period.length === "2026-11".length ? `${period}-01` : period);

const pointsOf = (periods: readonly OfPeriod[], name: Name): ChartPoint[] =>
  periods.flatMap((one) => {
    const value = valueOf(one, name);
    return value === null ? [] : [{ at: momentOf(one.period), value, standing: "unknown" as const }];
  });
