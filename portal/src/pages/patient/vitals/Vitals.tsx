import { useState } from "react";
import { dictionary } from "../../../i18n";
import { ButtonLink, Page, Select, Tabs } from "../../../ui";
import { Diary } from "./Diary";
import { PeriodField } from "./PeriodField";
import type { Period } from "./reading";
import { SeriesView } from "./SeriesView";
import { SIGNS, type Sign } from "./shapes";
import { signWords } from "./signs";
import "./vitals.css";

/** Blood pressure first: it is what most people look for here. */
export default function Vitals() {
  const [tab, setTab] = useState("charts");
  return (
    <Page
      title={t("title")}
      actions={
        <ButtonLink to="/vitals/new" kind="primary">
          {t("enter")}
        </ButtonLink>
      }
    >
      <Tabs
        label={t("title")}
        chosen={tab}
        onChoose={setTab}
        tabs={[
          { id: "charts", title: t("charts"), content: <Charts /> },
          { id: "diary", title: t("diary"), content: <Diary /> },
        ]}
      />
    </Page>
  );
}

/** One sign and a time to choose, and how it went; for the card that is open. */
export function Charts() {
  const [sign, setSign] = useState<Sign>("blood-pressure");
  const [period, setPeriod] = useState<Period>("month");
  return (
    <div className="stack">
      <div className="vital-choice">
        <Select
          name="sign"
          label={t("sign")}
          value={sign}
          onChange={(value) => setSign(value as Sign)}
          choices={SIGNS.map((value) => ({ value, label: signWords(value) }))}
        />
        <PeriodField value={period} onChange={setPeriod} />
      </div>
      <SeriesView sign={sign} period={period} />
    </div>
  );
}

const t = dictionary({
  ru: {
    title: "Давление, пульс и другие показатели",
    enter: "Записать измерение",
    charts: "Графики",
    diary: "Дневник",
    sign: "Показатель",
  },
  en: {
    title: "Blood pressure, pulse and others",
    enter: "Enter a reading",
    charts: "Charts",
    diary: "Diary",
    sign: "What",
  },
});
