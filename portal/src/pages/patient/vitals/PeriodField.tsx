import { dictionary } from "../../../i18n";
import { Select } from "../../../ui";
import { PERIODS, type Period } from "./reading";

export function PeriodField({ value, onChange }: { value: Period; onChange: (value: Period) => void }) {
  return (
    <Select
      name="period"
      label={t("period")}
      value={value}
      onChange={(chosen) => onChange(chosen as Period)}
      choices={(Object.keys(PERIODS) as Period[]).map((one) => ({ value: one, label: t(one) }))}
    />
  );
}

const t = dictionary({
  ru: {
    period: "За какое время",
    week: "За неделю",
    month: "За месяц",
    quarter: "За три месяца",
    year: "За год",
    years: "За всё время (до восьми лет)",
  },
  en: {
    period: "Which time",
    week: "A week",
    month: "A month",
    quarter: "Three months",
    year: "A year",
    years: "All (up to eight years)",
  },
});
