import { Link } from "wouter";
import { currentLanguage, dictionary, inLanguage } from "../../../i18n";
import { dayAndTime } from "../../../i18n/dates";
import { measured } from "../../../i18n/units";
import { Tag } from "../../../ui";
import { Flagged } from "./Flagged";
import { isOut, type Row } from "./reading";
import { resultWords } from "./words";
import "./results.css";

const MOST_OUT = 3; // values out of their norm that a row of the list names
const NAMED = 2; // values in a title that is made of them

/** One result in the list: what it is in plain words, when and where, and first of all what lies out of its norm. */
export function ResultRow({ row }: { row: Row }) {
  const out = row.values.filter(({ point }) => isOut(point.flag));
  const only = row.values.length === 1 ? row.values[0] : undefined;
  const names = row.values.map(({ names: two }) => inLanguage(two));
  const [title, beneath] = only
    ? [names[0], row.panel]
    : isReadable(row.panel)
      ? [row.panel, names.join(", ")]
      : [shortened(names), row.panel];
  return (
    <article className="stack-tight">
      <div className="row-between">
        <h3>
          <Link href={`/results/${row.record}`}>{title}</Link>
        </h3>
        {row.status !== "final" && <Tag tone="info">{resultWords(row.status)}</Tag>}
      </div>
      <p className="quiet">
        {dayAndTime(row.at)} · {row.laboratory}
      </p>
      {beneath !== title && <p className="result-names">{beneath}</p>}
      {only && !out.length && (
        <p className="row">
          <strong className="number">{measured(only.point.value, only.point.unit)}</strong>{" "}
          <Flagged flag={only.point.flag} />
        </p>
      )}
      {out.length > 0 && (
        <ul className="plain-list stack-tight">
          {out.slice(0, MOST_OUT).map(({ names: two, point }) => (
            <li key={two.ru} className="row">
              {!only && <span>{inLanguage(two)}</span>}
              <strong className="number">{measured(point.value, point.unit)}</strong>
              <Flagged flag={point.flag} />
            </li>
          ))}
          {out.length > MOST_OUT && <li>{t("more", { n: out.length - MOST_OUT })}</li>}
        </ul>
      )}
      {!only && !out.length && (
        <p>{row.values.every(({ point }) => point.flag === "N") ? t("allWithin") : t("noneOut")}</p>
      )}
    </article>
  );
}

/** A laboratory that names its panels in another alphabet is understood by what it measured. */
const isReadable = (panel: string): boolean => /[а-яё]/i.test(panel) === (currentLanguage() === "ru");

const shortened = (names: readonly string[]): string =>
  names.length > NAMED
    ? t("andMore", { names: names.slice(0, NAMED).join(", "), n: names.length - NAMED })
    : names.join(", ");

const t = dictionary({
  ru: {
    andMore: "{names} и ещё {n}",
    more: {
      one: "и ещё {n} показатель вне нормы",
      few: "и ещё {n} показателя вне нормы",
      many: "и ещё {n} показателей вне нормы",
      other: "и ещё {n} показателя вне нормы",
    },
    allWithin: "✓ Все показатели в норме",
    noneOut: "Отклонений не отмечено; часть показателей без оценки",
  },
  en: {
    andMore: "{names} and {n} more",
    more: { one: "and {n} more value out of its range", other: "and {n} more values out of their ranges" },
    allWithin: "✓ All values are within their ranges",
    noneOut: "Nothing marked as out of range; some values are not rated",
  },
});
