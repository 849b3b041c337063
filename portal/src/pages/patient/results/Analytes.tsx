import { useState } from "react";
import { dictionary, inLanguage } from "../../../i18n";
import { day } from "../../../i18n/dates";
import { measured } from "../../../i18n/units";
import { Button, Empty, Shown, TextField } from "../../../ui";
import { AnalyteFiles } from "./AnalyteFiles";
import { Flagged } from "./Flagged";
import { isOut, MOST, useComparison } from "./reading";
import type { Analyte, Comparison } from "./shapes";
import { Trend } from "./Trend";
import "./results.css";

/** Everything that was ever measured, each with its newest value; one press shows how it changed. */
export function Analytes() {
  const found = useComparison("all", {});
  return <Shown of={found}>{(comparison) => <Listed found={comparison} />}</Shown>;
}

const newest = (analyte: Analyte) => analyte.parts.at(-1)?.points.at(-1);

function Listed({ found }: { found: Comparison }) {
  const [words, setWords] = useState("");
  if (!found.analytes.length) {
    return (
      <Empty title={t("none")}>
        <p>{t("noneWhy")}</p>
      </Empty>
    );
  }
  const wanted = words.trim().toLowerCase();
  const shown = found.analytes.filter(({ names }) => inLanguage(names).toLowerCase().includes(wanted));
  const first = shown.toSorted((one, other) => Number(isOut(newest(other)?.flag)) - Number(isOut(newest(one)?.flag)));
  return (
    <div className="stack">
      <TextField name="analyte" label={t("search")} value={words} onChange={setWords} type="search" width="middle" />
      <p className="quiet" role="status">
        {t("shown", { n: first.length })} {found.next ? t("newestOnly", { n: MOST }) : ""}
      </p>
      <ul className="plain-list list">
        {first.map((analyte) => (
          <li key={analyte.names.ru + (analyte.loinc[0] ?? "")} className="list-item">
            <One analyte={analyte} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function One({ analyte }: { analyte: Analyte }) {
  const [open, setOpen] = useState(false);
  const point = newest(analyte);
  const title = inLanguage(analyte.names);
  const overTime = t("overTime", { n: analyte.parts.flatMap((part) => part.points).length });
  return (
    <article className="stack-tight">
      <h3>{title}</h3>
      {point && (
        <p className="row">
          <strong className="number">{measured(point.value, point.unit)}</strong>
          <Flagged flag={point.flag} />
          <span className="quiet">{day(point.at)}</span>
        </p>
      )}
      <div>
        <Button kind="plain" expanded={open} label={`${title}: ${overTime}`} onPress={() => setOpen(!open)}>
          {overTime}
        </Button>
      </div>
      {open && (
        <div className="stack">
          <Trend analyte={analyte} />
          <AnalyteFiles analyte={analyte} />
        </div>
      )}
    </article>
  );
}

const t = dictionary({
  ru: {
    none: "Сравнивать пока нечего",
    noneWhy: "Когда в карте появятся результаты анализов, здесь будет видно, как меняется каждый показатель.",
    search: "Найти показатель",
    shown: {
      one: "{n} показатель. Сначала те, что вне нормы.",
      few: "{n} показателя. Сначала те, что вне нормы.",
      many: "{n} показателей. Сначала те, что вне нормы.",
      other: "{n} показателя. Сначала те, что вне нормы.",
    },
    newestOnly: "Показаны последние результаты, не больше {n}.",
    overTime: {
      one: "Как менялся ({n} значение)",
      few: "Как менялся ({n} значения)",
      many: "Как менялся ({n} значений)",
      other: "Как менялся ({n} значения)",
    },
  },
  en: {
    none: "There is nothing to compare yet",
    noneWhy: "When the card has test results, you will see here how each value changes.",
    search: "Find a value",
    shown: {
      one: "{n} value. Those out of their range come first.",
      other: "{n} values. Those out of their range come first.",
    },
    newestOnly: "The newest results are shown, at most {n}.",
    overTime: { one: "How it changed ({n} value)", other: "How it changed ({n} values)" },
  },
});
