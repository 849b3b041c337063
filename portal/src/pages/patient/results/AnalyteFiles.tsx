import { useState } from "react";
import { asProblem, type Problem } from "../../../api/problems";
import { useCardId } from "../../../app/session";
import { dictionary } from "../../../i18n";
import { Button, commonWords, ProblemBox } from "../../../ui";
import { save, saveText } from "../../../ui/download";
import type { Analyte } from "./shapes";
import { csvOf } from "./Trend";

/** How an analyte changed, to take along: PDF with charts, or a table for a spreadsheet. */
export function AnalyteFiles({ analyte }: { analyte: Analyte }) {
  const cardId = useCardId();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const pdf = async () => {
    setBusy(true);
    setProblem(null);
    const asked = {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ analytes: namesOf(analyte) }),
    };
    await save(`/api/v1/patients/${cardId}/result-comparisons/document`, "application/pdf", asked).catch(
      (thrown: unknown) => setProblem(asProblem(thrown)),
    );
    setBusy(false);
  };
  return (
    <>
      <div className="row no-print">
        <Button kind="secondary" busy={busy} onPress={() => void pdf()}>
          {commonWords("downloadPdf")}
        </Button>
        <Button kind="plain" onPress={() => saveText(csvOf(analyte), t("file"))}>
          {t("csv")}
        </Button>
      </div>
      {problem && <ProblemBox problem={problem} />}
    </>
  );
}

export const namesOf = ({ analyte, loinc, names }: Analyte): string[] =>
  analyte ? [analyte] : loinc.length ? loinc : [names.ru];

const t = dictionary({
  ru: { csv: "Скачать таблицу", file: "показатель.csv" },
  en: { csv: "Download the table", file: "value.csv" },
});
