import { useEffect } from "react";
import { useCardId } from "../../../app/session";
import { Card, Download, Section, Shown } from "../../../ui";
import type { Span } from "../../../ui/LineChart";
import { firstDay, useSeries, type Period } from "../vitals/reading";
import { Readings, SeriesChart } from "../vitals/SeriesChart";
import type { Sign } from "../vitals/shapes";
import { signWords } from "../vitals/signs";
import { t } from "./words";

type Props = { sign: Sign; period: Period; span: Span; seen: (name: string, first: number) => void; table: boolean };

/** One sign over the time that all share. */
export function SignCard({ sign, period, span, seen, table }: Props) {
  const cardId = useCardId();
  const found = useSeries(sign, period);
  const first = found.data?.points[0]?.at;
  useEffect(() => {
    if (first) seen(sign, Date.parse(first));
  }, [first, sign, seen]);
  const query = new URLSearchParams({ code: sign, from: firstDay(period) });
  return (
    <Section title={signWords(sign)}>
      <Card>
        <Shown of={found}>
          {(series) =>
            series.points.length ? (
              <div className="stack">
                {table ? <Readings series={series} /> : <SeriesChart series={series} sign={sign} span={span} />}
                {series.thinned && <p className="quiet">{t("thinned", { n: series.statistics.count })}</p>}
                <div className="row no-print">
                  <Download
                    path={`/api/v1/patients/${cardId}/vital-signs/series/document?${query}`}
                    label={t("pdfOf", { name: signWords(sign) })}
                  />
                </div>
              </div>
            ) : (
              <p className="quiet">{t("none")}</p>
            )
          }
        </Shown>
      </Card>
    </Section>
  );
}
