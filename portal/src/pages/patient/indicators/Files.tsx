import { useState } from "react";
import { asProblem, type Problem } from "../../../api/problems";
import { OWNERS } from "../../../app/roles";
import { useCardId, useMe } from "../../../app/session";
import { numberWords, unitWords } from "../../../i18n/units";
import { Button, commonWords, Notice, ProblemBox } from "../../../ui";
import { csvText } from "../../../ui/csv";
import { save, saveText } from "../../../ui/download";
import { normWords, standingWords } from "../../../ui/RangeBar";
import type { Wish } from "../results/reading";
import type { Comparison } from "../results/shapes";
import { tableRows } from "../results/Trend";
import { limitsOf, standingOf } from "../vitals/bands";
import { readSeries, type Period } from "../vitals/reading";
import { partsOf, sourceWords } from "../vitals/SeriesChart";
import type { PartName, Reading, Series, Sign } from "../vitals/shapes";
import { signWords } from "../vitals/signs";
import { t } from "./words";

const MOST_POINTS = 1000; // that the API gives of a series at once

type Props = { signs: readonly Sign[]; analytes: Comparison | undefined; wish: Wish; period: Period };

/** What is on the charts, to take along: as one table, on paper, and the results as the API prints them. */
export function Files({ signs, analytes, wish, period }: Props) {
  const cardId = useCardId();
  const own = OWNERS.includes(useMe().role);
  const [busy, setBusy] = useState<"csv" | "pdf" | "">("");
  const [problem, setProblem] = useState<Problem | null>(null);
  const [thinned, setThinned] = useState(false);
  const done = async (what: "csv" | "pdf", make: () => Promise<void>) => {
    setBusy(what);
    setProblem(null);
    await make().catch((thrown: unknown) => setProblem(asProblem(thrown)));
    setBusy("");
  };
  const csv = async () => {
    const series: Series[] = [];
    for (const sign of signs) series.push((await readSeries(cardId, sign, period, MOST_POINTS)).data);
    setThinned(series.some((one) => one.thinned));
    const rows = series.flatMap((one) => readingRows(one, own));
    saveText(csvText([HEAD.map((name) => t(name)), ...rows, ...(analytes?.analytes ?? []).flatMap(tableRows)]), t("file"));
  };
  const pdf = () =>
    save(`/api/v1/patients/${cardId}/result-comparisons/document`, "application/pdf", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(wish),
    });
  return (
    <div className="stack no-print">
      <div className="row">
        <Button kind="secondary" busy={busy === "csv"} onPress={() => void done("csv", csv)}>
          {t("csv")}
        </Button>
        {Boolean(analytes?.analytes.length) && (
          <Button kind="secondary" busy={busy === "pdf"} onPress={() => void done("pdf", pdf)}>
            {t("pdf")}
          </Button>
        )}
        <Button kind="secondary" onPress={() => print()}>
          {commonWords("print")}
        </Button>
      </div>
      {thinned && <Notice live>{t("csvThinned", { n: MOST_POINTS })}</Notice>}
      {problem && <ProblemBox problem={problem} />}
    </div>
  );
}

const HEAD = ["when", "indicator", "value", "unit", "norm", "rating", "source"] as const;

/** A row for each number, oldest first: a spreadsheet can do nothing with "142/88". */
function readingRows(series: Series, own: boolean): string[][] {
  return series.points.flatMap((reading) =>
    partsOf(series).map((part) => [
      reading.at,
      part === "value" ? signWords(series.code) : signWords(part),
      numberWords(reading.values[part]),
      unitWords(series.unit),
      normOf(series, reading, part),
      standingWords(standingOf(reading, part, series.bands)),
      sourceWords(reading.source, own),
    ]),
  );
}

function normOf(series: Series, reading: Reading, part: PartName): string {
  const { low, high } = limitsOf(series.bands, part, reading.place);
  const text = (limit: number | null) => (limit === null ? null : String(limit));
  return normWords(text(low), text(high), series.unit);
}
