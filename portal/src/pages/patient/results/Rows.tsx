import { useState } from "react";
import { dictionary } from "../../../i18n";
import { today } from "../../../i18n/dates";
import { Button, commonWords, Empty, List, Notice } from "../../../ui";
import { Filters, NO_FILTER, type Filter } from "./Filters";
import { isOut, useRows, type Row, type Wish } from "./reading";
import { ResultRow } from "./ResultRow";
import { useSearch } from "./search";

const PERIODS = { month: 1, year: 12, years: 36 } as const; // months back

function since(period: Filter["period"]): string {
  if (period === "all" || period === "own") return "";
  const [year = 0, month = 1, day = 1] = today().split("-").map(Number);
  const then = new Date(Date.UTC(year, month - 1 - PERIODS[period], day));
  return then.toISOString().slice(0, 10);
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** What is asked of the API: words and dates look through the whole card, not through what is loaded. */
function timeOf({ period, from, to }: Filter): Wish {
  const [first, last] = period === "own" ? [from, to] : [since(period), ""];
  return { ...(DAY.test(first) ? { from: first } : {}), ...(DAY.test(last) ? { to: last } : {}) };
}

const kept = (row: Row, { laboratory, out }: Filter): boolean =>
  (!laboratory || row.laboratory === laboratory) && (!out || row.values.some(({ point }) => isOut(point.flag)));

/** Laboratory results by date, with open filters that apply at once. */
export function Rows() {
  const [filter, setFilter] = useState<Filter>(NO_FILTER);
  const time = timeOf(filter);
  const search = useSearch(filter.words, time);
  const all = useRows(time, !search.wanted);
  const pages = search.wanted ? search.pages : all;
  const items = pages.items.filter((row) => kept(row, filter));
  const laboratories = [...new Set(all.items.map((row) => row.laboratory))].sort();
  const filtered = JSON.stringify(filter) !== JSON.stringify(NO_FILTER);
  return (
    <div className="stack">
      <Filters filter={filter} laboratories={laboratories} change={setFilter} filtered={filtered} />
      <p className="quiet" role="status">
        {pages.loading ? commonWords("loading") : counted(items.length, pages.items.length, pages.more)}
      </p>
      <List
        of={{ ...pages, items }}
        keyOf={(row) => row.record}
        label={t("label")}
        empty={
          filtered ? (
            <Empty title={t("notFound")}>
              <p>{pages.more ? t("notFoundYet") : t("notFoundWhy")}</p>
            </Empty>
          ) : (
            <Empty title={t("none")}>
              <p>{t("noneWhy")}</p>
            </Empty>
          )
        }
      >
        {(row) => <ResultRow row={row} />}
      </List>
      {items.length === 0 && pages.more && (
        <div>
          <Button kind="secondary" busy={pages.loadingMore} onPress={pages.readMore}>
            {t("lookFurther")}
          </Button>
        </div>
      )}
      {Boolean(pages.first?.withdrawn) && <Notice>{t("withdrawn", { n: pages.first?.withdrawn ?? 0 })}</Notice>}
    </div>
  );
}

const counted = (shown: number, loaded: number, more: boolean): string =>
  `${commonWords("newestFirst")}. ${shown === loaded ? t("shown", { n: shown }) : t("shownOf", { n: shown, all: loaded })}${more ? ` ${t("older")}` : ""}`;

const t = dictionary({
  ru: {
    label: "Результаты анализов",
    shown: {
      one: "Показан {n} результат.",
      few: "Показано {n} результата.",
      many: "Показано {n} результатов.",
      other: "Показано {n} результата.",
    },
    shownOf: { one: "Подходит {n} из {all} загруженных.", other: "Подходят {n} из {all} загруженных." },
    older: "Более старые – по кнопке внизу списка.",
    notFound: "Ничего не нашлось",
    notFoundWhy: "Попробуйте другое слово, например «сахар» или «холестерин», или сбросьте фильтры.",
    notFoundYet: "Среди загруженных результатов подходящих нет. Посмотрите более старые.",
    lookFurther: "Искать в более старых",
    none: "Результатов анализов пока нет",
    noneWhy: "Они появятся здесь, когда лаборатория или врач внесут их в карту. Мы пришлём уведомление.",
    withdrawn: {
      one: "{n} результат отозван лабораторией и не показан.",
      few: "{n} результата отозваны лабораторией и не показаны.",
      many: "{n} результатов отозваны лабораторией и не показаны.",
      other: "{n} результата отозваны лабораторией и не показаны.",
    },
  },
  en: {
    label: "Test results",
    shown: { one: "{n} result shown.", other: "{n} results shown." },
    shownOf: { one: "{n} of {all} loaded fits.", other: "{n} of {all} loaded fit." },
    older: "Older ones: press the button at the foot of the list.",
    notFound: "Nothing was found",
    notFoundWhy: "Try another word, such as “sugar” or “cholesterol”, or reset the filters.",
    notFoundYet: "None of the results loaded so far fits. Look at older ones.",
    lookFurther: "Look in older ones",
    none: "There are no test results yet",
    noneWhy: "They appear here when a laboratory or a doctor enters them into the card. We will send a notice.",
    withdrawn: {
      one: "{n} result was withdrawn by the laboratory and is not shown.",
      other: "{n} results were withdrawn by the laboratory and are not shown.",
    },
  },
});
