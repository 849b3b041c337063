import { numberWords } from "../../../i18n/units";
import { Button, commonWords } from "../../../ui";
import { csvText } from "../../../ui/csv";
import { saveText } from "../../../ui/download";
import { NAMES, valueOf } from "./figures";
import type { Asked } from "./reading";
import type { Figures, Panel } from "./shapes";
import { t } from "./words";

/** What is shown, as one table to take along and on paper. */
export function Files({ panel, by }: { panel: Panel; by: Asked["by"] }) {
  const row = (what: string, name: string, of: Figures) => [what, name, ...NAMES.map((one) => numbers(valueOf(of, one)))];
  const csv = () =>
    saveText(
      csvText([
        [t("what"), t("whose"), ...NAMES.map((name) => t(name))],
        ...panel.periods.map((one) => row(t(by === "days" ? "day" : "month"), one.period, one)),
        ...panel.hours.map((one) => row(t("hour"), `${one.hour}:00`, one)),
        ...panel.doctors.map((one) => row(t("doctor"), one.doctor, one)),
        row(t("total"), "", panel.total),
      ]),
      t("file"),
    );
  return (
    <div className="row no-print">
      <Button kind="secondary" onPress={csv}>
        {t("csv")}
      </Button>
      <Button kind="secondary" onPress={() => print()}>
        {commonWords("print")}
      </Button>
    </div>
  );
}

const numbers = (value: number | null) => (value === null ? "" : numberWords(String(value)));
