import { useState } from "react";
import { dictionary } from "../../../i18n";
import { ButtonLink, Page, Select, Tabs } from "../../../ui";
import { Diary } from "./Diary";
import { PERIODS, type Period } from "./reading";
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
        <Select
          name="period"
          label={t("period")}
          value={period}
          onChange={(value) => setPeriod(value as Period)}
          choices={(Object.keys(PERIODS) as Period[]).map((value) => ({ value, label: t(value) }))}
        />
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
    period: "За какое время",
    week: "За неделю",
    month: "За месяц",
    quarter: "За три месяца",
    year: "За год",
    years: "За всё время (до восьми лет)",
  },
  en: {
    title: "Blood pressure, pulse and others",
    enter: "Enter a reading",
    charts: "Charts",
    diary: "Diary",
    sign: "What",
    period: "Which time",
    week: "A week",
    month: "A month",
    quarter: "Three months",
    year: "A year",
    years: "All (up to eight years)",
  },
});
