import { Link } from "wouter";
import { useCardId } from "../../../app/session";
import { dictionary, inLanguage } from "../../../i18n";
import { dayAndTime } from "../../../i18n/dates";
import { measured } from "../../../i18n/units";
import { ButtonLink, Card, Download, Facts, Notice, Page, Section, Shown } from "../../../ui";
import { normWords, RangeBar } from "../../../ui/RangeBar";
import { Flagged } from "./Flagged";
import { analyteOf, askedFor, isGrave, isOut, pointOf, standingOf, useComparison, useResult } from "./reading";
import type { Comparison, LabResult, LabValue } from "./shapes";
import { trendWords } from "./Trend";
import { resultWords } from "./words";
import "./results.css";

/** One laboratory result: what lies out of its norm first, each value on a bar, and what to do next. */
export default function Result({ params }: { params: { recordId: string } }) {
  const found = useResult(params.recordId);
  const names = found.data?.body.values.map(askedFor) ?? [];
  const history = useComparison(params.recordId, { analytes: [...new Set(names)] }, found.data !== undefined);
  return (
    <Page
      title={found.data?.body.panel ?? t("title")}
      up={{ to: "/results", label: resultWords("results") }}
      actions={found.data && <Actions record={found.data} />}
    >
      <Shown of={found}>{(record) => <Whole record={record} history={history.data} />}</Shown>
    </Page>
  );
}

function Actions({ record }: { record: LabResult }) {
  const cardId = useCardId();
  return (
    <>
      <Download path={`/api/v1/patients/${cardId}/laboratory-results/${record.id}/document`} />
      <ButtonLink to={`/results/${record.id}/sending`}>{t("send")}</ButtonLink>
    </>
  );
}

type Placed = { value: LabValue; place: number };

function Whole({ record, history }: { record: LabResult; history: Comparison | undefined }) {
  const { body } = record;
  const flagOf = (value: LabValue) =>
    pointOf(analyteOf(value, record.id, history), record.id)?.flag ?? value.interpretation;
  const all = body.values.map((value, place) => ({ value, place }));
  const out = all.filter(({ value }) => isOut(flagOf(value)));
  const rest = all.filter(({ value }) => !isOut(flagOf(value)));
  const listed = (some: Placed[]) =>
    some.map(({ value, place }) => <Value key={place} {...{ value, place, record, history }} />);
  return (
    <>
      <State record={record} />
      <Card>
        <Facts
          facts={[
            [t("when"), dayAndTime(body.occurred_at)],
            [t("laboratory"), body.laboratory],
            [t("specimen"), body.specimen],
            [t("source"), record.source === "connected" && t("connected")],
          ]}
        />
      </Card>
      {body.conclusion && (
        <Section title={t("conclusion")}>
          <Card tone="accent">
            <p>{body.conclusion}</p>
          </Card>
        </Section>
      )}
      {out.length > 0 && <Section title={t("out", { n: out.length })}>{listed(out)}</Section>}
      {out.length > 0 && <Next record={record} grave={out.some(({ value }) => isGrave(flagOf(value)))} />}
      {rest.length > 0 && <Section title={out.length ? t("others") : t("values")}>{listed(rest)}</Section>}
    </>
  );
}

function State({ record }: { record: LabResult }) {
  const { status } = record.body;
  if (status === "preliminary") return <Notice title={t("preliminary")}>{t("preliminaryWhy")}</Notice>;
  if (status === "corrected") return <Notice title={t("corrected")}>{t("correctedWhy")}</Notice>;
  if (status === "entered-in-error")
    return (
      <Notice tone="bad" title={t("withdrawn")}>
        {t("withdrawnWhy")}
      </Notice>
    );
  return null;
}

function Value({ value, place, record, history }: Placed & { record: LabResult; history: Comparison | undefined }) {
  const analyte = analyteOf(value, record.id, history);
  const point = pointOf(analyte, record.id);
  const flag = point ? point.flag : value.interpretation;
  const title = analyte ? inLanguage(analyte.names) : value.name;
  const past = (analyte?.parts.flatMap((part) => part.points).length ?? 1) - 1;
  return (
    <Card as="article" label={title}>
      <div className="analyte">
        <h3>{title}</h3>
        {title !== value.name && <p className="quiet">{t("asNamed", { name: value.name })}</p>}
        <p className="row">
          <span className="analyte-value number">{measured(value.value ?? value.text, value.unit)}</span>
          <Flagged flag={flag} />
        </p>
        {value.value !== null && point?.range_fits !== false && (
          <RangeBar
            value={value.value}
            low={value.low}
            high={value.high}
            unit={value.unit ?? ""}
            standing={standingOf(flag)}
          />
        )}
        <p className="quiet">{value.reference_text ?? normWords(value.low, value.high, value.unit ?? "")}</p>
        {point?.range_fits === false && <p className="quiet">{t("notYours")}</p>}
        {analyte && past > 0 && (
          <p>
            {trendWords(analyte)}{" "}
            <Link href={`/results/${record.id}/values/${place}`}>{t("overTime", { n: past + 1 })}</Link>
          </p>
        )}
      </div>
    </Card>
  );
}

/** Calm, and still clear about what to do; where the laboratory itself calls a value grave, sooner. */
function Next({ record, grave }: { record: LabResult; grave: boolean }) {
  const actions = (
    <>
      <ButtonLink to={`/results/${record.id}/sending`} kind="primary">
        {t("send")}
      </ButtonLink>
      <ButtonLink to="/appointments">{t("book")}</ButtonLink>
    </>
  );
  return (
    <Notice tone={grave ? "warn" : "info"} title={grave ? t("nextSoon") : t("next")} actions={actions}>
      <p>{grave ? t("nextSoonWhy") : t("nextWhy")}</p>
    </Notice>
  );
}

const t = dictionary({
  ru: {
    title: "Результат анализа",
    send: "Отправить врачу",
    book: "Записаться на приём",
    when: "Когда взят",
    laboratory: "Лаборатория",
    specimen: "Материал",
    source: "Откуда",
    connected: "получено из другой информационной системы",
    conclusion: "Заключение",
    out: {
      one: "Вне нормы: {n} показатель",
      few: "Вне нормы: {n} показателя",
      many: "Вне нормы: {n} показателей",
      other: "Вне нормы: {n} показателя",
    },
    others: "Остальные показатели",
    values: "Показатели",
    asNamed: "В бланке лаборатории: {name}",
    overTime: {
      one: "Посмотреть {n} значение на графике",
      few: "Посмотреть все {n} значения на графике",
      many: "Посмотреть все {n} значений на графике",
      other: "Посмотреть все {n} значения на графике",
    },
    notYours: "Эта норма дана для людей другого пола или возраста, поэтому мы не оцениваем по ней ваше значение.",
    preliminary: "Это предварительный результат",
    preliminaryWhy: "Лаборатория ещё проверяет его, и он может измениться.",
    corrected: "Лаборатория исправила этот результат",
    correctedWhy: "Показана исправленная версия.",
    withdrawn: "Результат отозван",
    withdrawnWhy: "Он был внесён по ошибке. Не принимайте по нему решений.",
    next: "Что делать дальше",
    nextWhy:
      "Отклонение от нормы ещё не значит, что вы больны: на анализ влияют еда, лекарства, нагрузка и возраст. Покажите результат врачу, и он скажет, что это значит для вас.",
    nextSoon: "Свяжитесь с врачом сегодня",
    nextSoonWhy:
      "Лаборатория отметила значение как намного отличающееся от нормы. Если вам плохо, звоните 103 или 112.",
  },
  en: {
    title: "Test result",
    send: "Send to a doctor",
    book: "Book an appointment",
    when: "Taken",
    laboratory: "Laboratory",
    specimen: "Specimen",
    source: "Where from",
    connected: "received from another information system",
    conclusion: "Conclusion",
    out: { one: "Out of range: {n} value", other: "Out of range: {n} values" },
    others: "Other values",
    values: "Values",
    asNamed: "On the laboratory's form: {name}",
    overTime: { one: "See {n} value on a chart", other: "See all {n} values on a chart" },
    notYours: "This range is for people of another sex or age, so we do not rate your value by it.",
    preliminary: "This is a preliminary result",
    preliminaryWhy: "The laboratory is still checking it, and it may change.",
    corrected: "The laboratory corrected this result",
    correctedWhy: "The corrected version is shown.",
    withdrawn: "The result was withdrawn",
    withdrawnWhy: "It was entered in error. Make no decisions by it.",
    next: "What to do next",
    nextWhy:
      "Being out of the normal range does not mean that you are ill: food, medicines, exercise and age all matter. Show the result to a doctor, who will tell you what it means for you.",
    nextSoon: "Contact a doctor today",
    nextSoonWhy: "The laboratory marked a value as far from normal. If you feel unwell, call 103 or 112.",
  },
});
