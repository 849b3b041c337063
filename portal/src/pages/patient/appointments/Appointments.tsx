import { api } from "../../../api/client";
import { useRead } from "../../../api/queries";
import { typed } from "../../../api/typed";
import { useCardId } from "../../../app/session";
import { dictionary } from "../../../i18n";
import { ButtonLink, Empty, Notice, Page, Section, Shown } from "../../../ui";
import type { Appointment } from "./shapes";
import { VisitCard } from "./VisitCard";
import { t as words } from "./words";
import "./appointments.css";

/** What is booked, the next visit first, and the ways on: book, wait, all that was. */
export default function Appointments() {
  const cardId = useCardId();
  const found = useRead(["appointment-list", cardId, "upcoming"], () =>
    typed<{ items: Appointment[] }>(api.GET("/api/v1/me/appointments", { params: { query: { which: "upcoming" } } })),
  );
  return (
    <Page
      title={words("appointments")}
      actions={
        <ButtonLink kind="primary" to="/appointments/new">
          {words("bookNew")}
        </ButtonLink>
      }
    >
      <Shown of={found}>
        {({ items }) => (
          <Section title={t("upcoming")}>
            {items.length === 0 ? (
              <Empty title={t("none")}>
                <p>{t("noneWhy")}</p>
              </Empty>
            ) : (
              <ul className="plain-list list" aria-label={t("upcoming")}>
                {items.map((visit) => (
                  <li key={visit.id} className="list-item">
                    <VisitCard visit={visit} />
                  </li>
                ))}
              </ul>
            )}
          </Section>
        )}
      </Shown>
      <Section title={t("more")}>
        <div className="row">
          <ButtonLink to="/appointments/waiting">{words("waiting")}</ButtonLink>
          <ButtonLink to="/appointments/history">{t("history")}</ButtonLink>
          <ButtonLink to="/appointments/calendars">{t("calendars")}</ButtonLink>
        </div>
      </Section>
      <Notice tone="warn" title={t("emergency")}>
        {t("emergencyWhat")}
      </Notice>
    </Page>
  );
}

const t = dictionary({
  ru: {
    upcoming: "Предстоящие приёмы, ближайший первым",
    none: "Вы пока никуда не записаны",
    noneWhy: "Нажмите «Записаться к врачу»: выберите врача, потом время. Это занимает около минуты.",
    more: "Ещё",
    history: "Все записи, и прошедшие",
    calendars: "Показывать записи в календаре телефона",
    emergency: "Если вам плохо сейчас, не ждите приёма",
    emergencyWhat: "Звоните 103 или 112.",
  },
  en: {
    upcoming: "Coming visits, the soonest first",
    none: "You have no visits booked",
    noneWhy: "Press “Book a visit”: choose a doctor, then a time. It takes about a minute.",
    more: "More",
    history: "All appointments, past ones too",
    calendars: "Show visits in your phone's calendar",
    emergency: "If you are unwell now, do not wait for the visit",
    emergencyWhat: "Call 103 or 112.",
  },
});
