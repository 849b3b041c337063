import { useState } from "react";
import type { useRead } from "../../../api/queries";
import { inLanguage } from "../../../i18n";
import { shortDay } from "../../../i18n/dates";
import { measured } from "../../../i18n/units";
import { Card, Checkboxes, Shown, TextField } from "../../../ui";
import { isOut } from "../results/reading";
import type { Analyte, Comparison } from "../results/shapes";
import { hasNumbers } from "../results/Trend";
import { PeriodField } from "../vitals/PeriodField";
import type { Period } from "../vitals/reading";
import { SIGNS, type Sign } from "../vitals/shapes";
import { signWords } from "../vitals/signs";
import { keyOf } from "./choosing";
import { t } from "./words";

type Props = {
  period: Period;
  setPeriod: (period: Period) => void;
  signs: readonly Sign[];
  setSigns: (signs: readonly Sign[]) => void;
  analytes: readonly string[];
  setAnalytes: (analytes: readonly string[]) => void;
  known: ReturnType<typeof useRead<Comparison>>;
};

/** What is to be on the charts. It stands in no address: what somebody is examined for is theirs. */
export function Choice({ period, setPeriod, signs, setSigns, analytes, setAnalytes, known }: Props) {
  return (
    <Card as="section" label={t("choice")}>
      <div className="stack indicator-choice">
        <PeriodField value={period} onChange={setPeriod} />
        <Checkboxes
          name="signs"
          label={t("signs")}
          value={signs}
          onChange={(chosen) => setSigns(SIGNS.filter((sign) => chosen.includes(sign)))}
          choices={SIGNS.map((sign) => ({ value: sign, label: signWords(sign) }))}
        />
        <Shown of={known} lines={2}>
          {(found) => <AnalyteChoice known={found.analytes.filter(hasNumbers)} chosen={analytes} choose={setAnalytes} />}
        </Shown>
      </div>
    </Card>
  );
}

const FEW = 8; // of a card's analytes, so that the charts are near; the rest is found by its name

const newest = (analyte: Analyte) => analyte.parts.at(-1)?.points.at(-1);
const nameOf = (analyte: Analyte) => inLanguage(analyte.names);

type ChoiceProps = { known: readonly Analyte[]; chosen: readonly string[]; choose: (chosen: readonly string[]) => void };

function AnalyteChoice({ known, chosen, choose }: ChoiceProps) {
  const [words, setWords] = useState("");
  if (!known.length) return <p className="quiet">{t("noAnalytes")}</p>;
  const wanted = words.trim().toLowerCase();
  const fitting = known
    .filter((one) => nameOf(one).toLowerCase().includes(wanted))
    .toSorted((one, other) => Number(isOut(newest(other)?.flag)) - Number(isOut(newest(one)?.flag)));
  const listed = fitting.slice(0, FEW);
  const shown = [...known.filter((one) => chosen.includes(keyOf(one)) && !listed.includes(one)), ...listed];
  const left = fitting.length - listed.length;
  return (
    <>
      <TextField name="analyte" label={t("search")} value={words} onChange={setWords} type="search" width="middle" />
      <Checkboxes
        name="analytes"
        label={t("analytes")}
        value={chosen}
        onChange={choose}
        choices={shown.map((one) => ({ value: keyOf(one), label: nameOf(one), hint: hintOf(one) }))}
      />
      <p className="quiet" role="status">
        {left > 0 ? t("left", { n: left }) : fitting.length ? "" : t("notFound")}
      </p>
    </>
  );
}

function hintOf(analyte: Analyte): string {
  const point = newest(analyte);
  return point ? `${measured(point.value, point.unit)}, ${shortDay(point.at)}` : "";
}
