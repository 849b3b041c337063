import { useEffect } from "react";
import type { useRead } from "../../../api/queries";
import { inLanguage } from "../../../i18n";
import { Card, Section, Shown } from "../../../ui";
import type { Span } from "../../../ui/LineChart";
import { MOST } from "../results/reading";
import type { Analyte, Comparison } from "../results/shapes";
import { Breaks, UnitCharts, Values } from "../results/Trend";
import { firstOf, isSame } from "./choosing";
import { t } from "./words";

type Props = {
  of: ReturnType<typeof useRead<Comparison>>;
  chosen: readonly Analyte[];
  span: Span;
  seen: (name: string, first: number) => void;
  table: boolean;
};

/** Under what name their first moment is told. */
export const ANALYTES = "analytes";

/** Values of results over the time that all share: a chart for each unit, and where the API says that a line breaks. */
export function AnalyteCards({ of: found, chosen, span, seen, table }: Props) {
  const first = found.data && firstOf(found.data.analytes);
  useEffect(() => {
    if (first !== undefined) seen(ANALYTES, first);
  }, [first, seen]);
  return (
    <Shown of={found}>
      {({ analytes, next }) => (
        <>
          {analytes.map((analyte) => (
            <Section key={analyte.names.ru + analyte.loinc.join(" ")} title={inLanguage(analyte.names)}>
              <Card>
                <div className="stack">
                  {table ? <Values analyte={analyte} /> : <UnitCharts analyte={analyte} span={span} />}
                  <Breaks parts={analyte.parts} />
                </div>
              </Card>
            </Section>
          ))}
          {chosen
            .filter((one) => !analytes.some((other) => isSame(one, other)))
            .map((one) => (
              <Section key={one.names.ru + one.loinc.join(" ")} title={inLanguage(one.names)}>
                <p className="quiet">{t("none")}</p>
              </Section>
            ))}
          {next && <p className="quiet">{t("newestOnly", { n: MOST })}</p>}
        </>
      )}
    </Shown>
  );
}
