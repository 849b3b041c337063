import { dictionary } from "../../../i18n";
import { Button, Card, Checkbox, commonWords, DateField, Select, TextField } from "../../../ui";

export type Filter = {
  words: string;
  period: "all" | "month" | "year" | "years" | "own";
  from: string;
  to: string;
  laboratory: string;
  out: boolean;
};

export const NO_FILTER: Filter = { words: "", period: "all", from: "", to: "", laboratory: "", out: false };

type Props = { filter: Filter; laboratories: readonly string[]; change: (filter: Filter) => void; filtered: boolean };

/** Always open, applied at once, reset by one button: folded filters were neither found nor cleared. */
export function Filters({ filter, laboratories, change, filtered }: Props) {
  const field = <K extends keyof Filter>(name: K) => ({
    name,
    value: filter[name],
    onChange: (value: Filter[K]) => change({ ...filter, [name]: value }),
  });
  return (
    <Card as="section" label={t("filters")}>
      <TextField {...field("words")} label={t("search")} hint={t("searchHint")} type="search" />
      <div className="result-filters">
        <Select
          {...field("period")}
          onChange={(period) => change({ ...filter, period: period as Filter["period"] })}
          label={t("period")}
          choices={(["all", "month", "year", "years", "own"] as const).map((value) => ({ value, label: t(value) }))}
        />
        <Select
          {...field("laboratory")}
          label={t("laboratory")}
          empty={t("any")}
          choices={laboratories.map((one) => ({ value: one, label: one }))}
        />
      </div>
      {filter.period === "own" && (
        <div className="result-filters">
          <DateField {...field("from")} label={t("from")} optional />
          <DateField {...field("to")} label={t("to")} optional />
        </div>
      )}
      <div className="row-between">
        <Checkbox {...field("out")} label={t("out")} />
        {filtered && (
          <Button kind="secondary" onPress={() => change(NO_FILTER)}>
            {commonWords("reset")}
          </Button>
        )}
      </div>
    </Card>
  );
}

const t = dictionary({
  ru: {
    filters: "Что показать",
    search: "Найти анализ",
    searchHint: "Обычными словами: сахар, холестерин, гемоглобин",
    period: "За какое время",
    all: "За всё время",
    month: "За последний месяц",
    year: "За последний год",
    years: "За последние три года",
    own: "Выбрать даты",
    from: "С какого дня",
    to: "По какой день",
    laboratory: "Лаборатория",
    any: "Любая",
    out: "Только где есть отклонения от нормы",
  },
  en: {
    filters: "What to show",
    search: "Find a test",
    searchHint: "In plain words: sugar, cholesterol, haemoglobin",
    period: "Which time",
    all: "All time",
    month: "The last month",
    year: "The last year",
    years: "The last three years",
    own: "Choose dates",
    from: "From",
    to: "Until",
    laboratory: "Laboratory",
    any: "Any",
    out: "Only those with something out of the normal range",
  },
});
