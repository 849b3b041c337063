import { dictionary } from "../../../i18n";
import { day } from "../../../i18n/dates";
import { ButtonLink, Card, Empty, More, Notice, Section, Shown, Tag } from "../../../ui";
import { stageWords, useNames, usePlan } from "./reading";
import type { Course, Plan, Status } from "./shapes";

/** The national calendar for this person: what is late first, what does not concern them last and folded. */
export function PlanView() {
  const found = usePlan();
  return <Shown of={found}>{(plan) => <Whole plan={plan} />}</Shown>;
}

const ORDER = ["overdue", "due", "upcoming", "unknown", "exempt", "done"] as const satisfies readonly Status[];

function Whole({ plan }: { plan: Plan }) {
  const shown = ORDER.map((status) => ({
    status,
    courses: plan.courses.filter((course) => course.status === status),
  })).filter(({ courses }) => courses.length);
  const apart = plan.courses.filter((course) => course.status === "not-applicable");
  const now = plan.courses.filter(({ status }) => status === "overdue" || status === "due").length;
  return (
    <div className="stack-wide">
      {now > 0 ? (
        <Notice
          tone="warn"
          title={t("now", { n: now })}
          actions={
            <ButtonLink to="/appointments" kind="primary">
              {t("book")}
            </ButtonLink>
          }
        >
          {t("nowWhy")}
        </Notice>
      ) : (
        <Notice tone="good" title={t("nothingNow")} />
      )}
      {shown.length === 0 && <Empty title={t("none")} />}
      {shown.map(({ status, courses }) => (
        <Section key={status} title={t(`section-${status}`)}>
          {status === "unknown" && <p className="quiet">{t("unknownWhy")}</p>}
          {courses.map((course) => (
            <One key={course.course} course={course} plan={plan} />
          ))}
        </Section>
      ))}
      {apart.length > 0 && (
        <More title={t("apart", { n: apart.length })}>
          <ul>
            {apart.map((course) => (
              <li key={course.course}>
                {course.name}: {course.reason === "age" ? t("byAge") : t("otherReason")}
              </li>
            ))}
          </ul>
        </More>
      )}
      <Factors plan={plan} />
      <p className="quiet">
        {t("source", { source: plan.source })} {!plan.in_force && t("notInForce")}
      </p>
    </div>
  );
}

const TONES = {
  overdue: "warn",
  due: "warn",
  upcoming: "info",
  unknown: "quiet",
  exempt: "quiet",
  done: "good",
  "not-applicable": "quiet",
} as const;

function One({ course, plan }: { course: Course; plan: Plan }) {
  const given = plan.doses.filter((dose) => dose.vaccine === course.course && dose.state === "given");
  const { next, exemption, status } = course;
  return (
    <Card as="article" label={course.name} tone={status === "overdue" || status === "due" ? "warn" : "accent"}>
      <div className="row-between">
        <h3>{course.name}</h3>
        <Tag tone={TONES[status]}>{t(status)}</Tag>
      </div>
      {next && (
        <p>
          {status === "overdue" && next.late_from
            ? t("lateSince", { stage: stageWords(next.stage), day: day(next.late_from) })
            : t("nextOn", { stage: stageWords(next.stage), day: day(next.due) })}
        </p>
      )}
      {next?.recommended && <p>{t("with", { vaccine: next.recommended })}</p>}
      {exemption && (
        <p>{exemption.until ? t(`${exemption.kind}-until`, { day: day(exemption.until) }) : t(exemption.kind)}</p>
      )}
      {given.length > 0 && (
        <p className="quiet">{t("given", { days: given.map((dose) => day(dose.on)).join("; ") })}</p>
      )}
      {course.not_counted.map((one) => (
        <p key={one.record} className="quiet">
          {t("notCounted", { day: day(one.on) })}{" "}
          {one.earliest ? t("tooEarly", { day: day(one.earliest) }) : t("askDoctor")}
        </p>
      ))}
    </Card>
  );
}

/** What a doctor noted that changes the plan. */
function Factors({ plan: { factors } }: { plan: Plan }) {
  const names = useNames();
  if (!factors.groups.length && !factors.had.length) return null;
  return (
    <Notice title={t("factors")}>
      {factors.groups.length > 0 && (
        <p>
          {t("groups", {
            names: factors.groups
              .map((group) => names.disease(group === "measles-work" ? "measles" : group))
              .join(", "),
          })}
        </p>
      )}
      {factors.had.length > 0 && <p>{t("had", { names: factors.had.map(names.disease).join(", ") })}</p>}
    </Notice>
  );
}

const t = dictionary({
  ru: {
    now: {
      one: "Пора сделать {n} прививку",
      few: "Пора сделать {n} прививки",
      many: "Пора сделать {n} прививок",
      other: "Пора сделать {n} прививки",
    },
    nowWhy:
      "Перед прививкой врач осмотрит вас и ответит на вопросы. Отказаться или отложить можно: скажите об этом врачу.",
    book: "Записаться",
    nothingNow: "Сейчас делать прививки не нужно",
    none: "По календарю для вас ничего не запланировано",
    "section-overdue": "Срок прошёл",
    "section-due": "Пора сделать",
    "section-upcoming": "Предстоит",
    "section-unknown": "Нет сведений",
    "section-exempt": "Отвод или отказ",
    "section-done": "Всё сделано",
    unknownWhy:
      "В карте нет записей о прежних прививках. Принесите врачу прививочный сертификат: он внесёт их, и план станет точным.",
    overdue: "срок прошёл",
    due: "пора сделать",
    upcoming: "позже",
    unknown: "нет сведений",
    exempt: "не делают",
    done: "сделано",
    "not-applicable": "не требуется",
    lateSince: "Следующая – {stage}. Сделать можно и сейчас; нужно было до {day}",
    nextOn: "Следующая – {stage}: {day}",
    with: "Рекомендуемая вакцина: {vaccine}",
    medical: "Постоянный медицинский отвод.",
    "medical-until": "Медицинский отвод, до {day}",
    refusal: "Вы отказались от этой прививки.",
    "refusal-until": "Вы отказались от этой прививки, до {day}",
    given: "Сделано: {days}",
    notCounted: "Прививка от {day} в план не засчитана.",
    tooEarly: "Её сделали раньше положенного: засчиталась бы с {day}. Спросите врача, нужно ли повторить.",
    askDoctor: "Спросите врача, нужно ли её повторить.",
    apart: {
      one: "Не требуется сейчас: {n} прививка",
      few: "Не требуется сейчас: {n} прививки",
      many: "Не требуется сейчас: {n} прививок",
      other: "Не требуется сейчас: {n} прививки",
    },
    byAge: "по возрасту не нужна",
    otherReason: "не нужна",
    factors: "Врач учёл при составлении плана",
    groups: "Повышенный риск: {names}.",
    had: "Перенесённые болезни: {names}.",
    source: "План составлен по национальному календарю. {source}.",
    notInForce: "Срок действия приказа прошёл: уточните план у врача.",
  },
  en: {
    now: { one: "{n} vaccination is due", other: "{n} vaccinations are due" },
    nowWhy:
      "Before it a doctor will examine you and answer your questions. You may refuse or postpone it: tell the doctor.",
    book: "Book",
    nothingNow: "No vaccination is due now",
    none: "The calendar plans nothing for you",
    "section-overdue": "Overdue",
    "section-due": "Due now",
    "section-upcoming": "To come",
    "section-unknown": "Not known",
    "section-exempt": "Exempt or refused",
    "section-done": "All done",
    unknownWhy:
      "The card has no entries of earlier vaccinations. Bring your vaccination papers to a doctor, who will enter them; then the plan is exact.",
    overdue: "overdue",
    due: "due",
    upcoming: "later",
    unknown: "not known",
    exempt: "not given",
    done: "done",
    "not-applicable": "not needed",
    lateSince: "Next: {stage}. It can still be given now; it was due by {day}",
    nextOn: "Next: {stage}, {day}",
    with: "Recommended vaccine: {vaccine}",
    medical: "A permanent medical exemption.",
    "medical-until": "A medical exemption, until {day}",
    refusal: "You refused this vaccination.",
    "refusal-until": "You refused this vaccination, until {day}",
    given: "Given: {days}",
    notCounted: "The dose of {day} does not count in the plan.",
    tooEarly: "It was given too early: it would have counted from {day}. Ask a doctor whether to repeat it.",
    askDoctor: "Ask a doctor whether to repeat it.",
    apart: { one: "Not needed now: {n} vaccination", other: "Not needed now: {n} vaccinations" },
    byAge: "not needed at your age",
    otherReason: "not needed",
    factors: "What a doctor noted for the plan",
    groups: "Raised risk: {names}.",
    had: "Diseases had: {names}.",
    source: "The plan follows the national calendar. {source}.",
    notInForce: "The order is no longer in force: ask a doctor about the plan.",
  },
});
