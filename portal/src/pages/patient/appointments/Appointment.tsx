import { useHistoryState } from "wouter/use-browser-location";
import { api } from "../../../api/client";
import { useRead } from "../../../api/queries";
import { typed } from "../../../api/typed";
import { dictionary } from "../../../i18n";
import { ButtonLink, Card, Facts, Notice, Page, Section, Shown } from "../../../ui";
import { AddToCalendar } from "./AddToCalendar";
import { Cancel } from "./Cancel";
import { Displaced } from "./Displaced";
import { isOpen, type Appointment as Visit, type Schedule } from "./shapes";
import { otherClock, pastMoment, visitMoment } from "./times";
import { VisitTag } from "./VisitCard";
import { t as words, whyWords } from "./words";
import "./appointments.css";

/** One visit: when, with whom, where, what to take along, and all that can be done about it. */
export default function Appointment({ params }: { params: { id: string } }) {
  const found = useRead(["appointment-read", params.id], () =>
    typed<Visit>(
      api.GET("/api/v1/me/appointments/{appointment_id}", { params: { path: { appointment_id: params.id } } }),
    ),
  );
  return (
    <Page title={t("title")} up={{ to: "/appointments", label: words("appointments") }} width="text">
      <Shown of={found}>{(visit) => <Content visit={visit} />}</Shown>
    </Page>
  );
}

function Content({ visit }: { visit: Visit }) {
  const justBooked = useHistoryState<{ booked?: boolean } | null>()?.booked === true && visit.state === "booked";
  return (
    <>
      {justBooked && !visit.displaced && (
        <Notice tone="good" live title={words("booked")}>
          {t("bookedWhat", { when: visitMoment(visit.start, visit.zone) })}
        </Notice>
      )}
      {visit.displaced && visit.state === "booked" && <Displaced visit={visit} />}
      <What visit={visit} />
      {visit.state === "booked" && <Before visit={visit} />}
      {!isOpen(visit) && (
        <div className="row">
          <ButtonLink to="/appointments/new" kind="primary">
            {t("again")}
          </ButtonLink>
          {visit.form_id && <ButtonLink to={`/appointments/${visit.id}/form`}>{t("formSent")}</ButtonLink>}
        </div>
      )}
    </>
  );
}

function What({ visit }: { visit: Visit }) {
  const schedule = useRead(["schedule-read", visit.schedule_id], () =>
    typed<Schedule>(
      api.GET("/api/v1/schedules/{schedule_id}", { params: { path: { schedule_id: visit.schedule_id } } }),
    ),
  );
  const moment = isOpen(visit) ? visitMoment(visit.start, visit.zone) : pastMoment(visit.start, visit.zone);
  return (
    <Card as="section" label={t("title")}>
      <div>
        <VisitTag visit={visit} />
      </div>
      <Facts
        facts={[
          [words("when"), moment],
          [words("doctor"), [visit.doctor, visit.position].filter(Boolean).join(", ")],
          [words("where"), schedule.data?.organisation.name],
          [words("room"), visit.room],
          [words("reason"), visit.reason],
          [t("why"), whyWords(visit)],
        ]}
      />
      {isOpen(visit) && otherClock(visit.start, visit.zone) && <p>{otherClock(visit.start, visit.zone)}</p>}
      {visit.state === "noshow" && <p>{t("missedWhat")}</p>}
    </Card>
  );
}

/** What to do before the visit; moving stands before cancelling, for that is what most want. */
function Before({ visit }: { visit: Visit }) {
  return (
    <>
      <Section title={t("prepare")}>
        <ul>
          <li>{t("papers")}</li>
          <li>{t("early")}</li>
        </ul>
        <div className="row">
          <ButtonLink to={`/appointments/${visit.id}/form`} kind="primary">
            {visit.form_id ? t("formSent") : t("form")}
          </ButtonLink>
          <AddToCalendar visit={visit} />
        </div>
        {!visit.form_id && <p className="quiet">{t("formWhy")}</p>}
      </Section>
      <Section title={t("change")}>
        {visit.changeable_until ? (
          <>
            <p>{t("until", { when: visitMoment(visit.changeable_until, visit.zone) })}</p>
            <div className="row">
              <ButtonLink to={`/appointments/${visit.id}/time`}>{t("move")}</ButtonLink>
              <Cancel visit={visit} />
            </div>
            <p className="quiet">{words("connection")}</p>
          </>
        ) : (
          <Notice tone="warn">{t("tooLate")}</Notice>
        )}
      </Section>
    </>
  );
}

const t = dictionary({
  ru: {
    title: "Запись на приём",
    bookedWhat: "Ждём вас: {when}. Мы напомним за сутки и за два часа.",
    why: "Почему отменена",
    missedWhat: "Клиника отметила, что вы не пришли. Если это ошибка, позвоните в клинику в течение суток.",
    again: "Записаться снова",
    prepare: "Перед приёмом",
    papers: "Возьмите паспорт и полис ОМС (полис обязательного медицинского страхования).",
    early: "Придите за 10 минут до начала.",
    form: "Заполнить анкету перед приёмом",
    formWhy:
      "Анкета короткая: жалобы, лекарства, вопросы врачу. Врач прочитает её заранее, и на сам осмотр останется больше времени.",
    formSent: "Посмотреть отправленную анкету",
    change: "Если планы изменились",
    until: "Перенести или отменить можно до: {when}.",
    move: "Перенести на другое время",
    tooLate:
      "Перенести или отменить через портал уже нельзя: до приёма осталось мало времени. Позвоните, пожалуйста, в клинику.",
  },
  en: {
    title: "Appointment",
    bookedWhat: "We expect you: {when}. We remind you a day and two hours before.",
    why: "Why it was cancelled",
    missedWhat: "The clinic says that you did not come. If that is wrong, call the clinic within a day.",
    again: "Book again",
    prepare: "Before the visit",
    papers: "Take your passport and your health insurance policy along.",
    early: "Come 10 minutes before the start.",
    form: "Fill in the form before the visit",
    formWhy:
      "The form is short: complaints, medicines, questions. The doctor reads it beforehand, so that more time is left for you.",
    formSent: "See the form that was sent",
    change: "If your plans have changed",
    until: "You can move or cancel it until: {when}.",
    move: "Move to another time",
    tooLate: "It can no longer be moved or cancelled here: the visit is too near. Please call the clinic.",
  },
});
