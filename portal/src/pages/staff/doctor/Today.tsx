import { api } from "../../../api/client";
import { useChange, useRead } from "../../../api/queries";
import { ifMatch, typed } from "../../../api/typed";
import { useMe } from "../../../app/session";
import { time, today, weekday } from "../../../i18n/dates";
import { Button, ButtonLink, Empty, Page, ProblemBox, Section, Shown, Tag } from "../../../ui";
import { Link } from "wouter";
import { MyPatients } from "../nurse/MyPatients";
import { PatientName } from "./PatientName";
import type { WorkSchedule, WorkVisit } from "./shapes";
import { t } from "./words";

/** The day of who treats patients: who comes, and who waits for an answer. */
export default function Today() {
  const { role } = useMe();
  return (
    <Page title={t("today")} lead={weekday(today())} actions={<ButtonLink to="/patients">{t("findPatient")}</ButtonLink>}>
      {role === "doctor" ? <Schedules /> : <MyPatients />}
      {role === "doctor" && <Waiting />}
    </Page>
  );
}

function Schedules() {
  const found = useRead(["schedule-list-own"], () => typed<{ items: WorkSchedule[] }>(api.GET("/api/v1/me/schedules")));
  return (
    <Shown of={found}>
      {({ items }) => {
        const open = items.filter(({ state }) => state === "active");
        if (!open.length) return <Empty title={t("noSchedule")}>{t("noScheduleWhy")}</Empty>;
        return open.map((schedule) => <DayOf key={schedule.schedule_id} schedule={schedule} />);
      }}
    </Shown>
  );
}

function DayOf({ schedule }: { schedule: WorkSchedule }) {
  const path = { schedule_id: schedule.schedule_id };
  const found = useRead(["appointment-day", schedule.schedule_id, today()], () =>
    typed<{ items: WorkVisit[] }>(api.GET("/api/v1/schedules/{schedule_id}/appointments", { params: { path, query: { day: today() } } })),
  );
  return (
    <Section title={`${schedule.specialty.name}, ${t("room", { room: schedule.room })}`}>
      <Shown of={found}>
        {({ items }) => {
          const expected = items.filter(({ state }) => state !== "cancelled");
          if (!expected.length) return <Empty title={t("noVisits")}>{t("noVisitsWhy")}</Empty>;
          return (
            <ul className="plain-list list" aria-label={t("visits")}>
              {expected.map((visit) => (
                <li key={visit.id} className="list-item">
                  <Visit visit={visit} />
                </li>
              ))}
            </ul>
          );
        }}
      </Shown>
    </Section>
  );
}

const TONES = { booked: "info", arrived: "good", fulfilled: "quiet", cancelled: "quiet", noshow: "warn" } as const;

function Visit({ visit }: { visit: WorkVisit }) {
  const params = { path: { schedule_id: visit.schedule_id, appointment_id: visit.id } };
  const after = [["appointment-day", visit.schedule_id]];
  const headers = ifMatch(visit.version);
  const arrived = useChange(() => api.POST("/api/v1/schedules/{schedule_id}/appointments/{appointment_id}/arrival", { params, headers }), after);
  const missed = useChange(() => api.POST("/api/v1/schedules/{schedule_id}/appointments/{appointment_id}/absence", { params, headers }), after);
  const problem = arrived.error ?? missed.error;
  const open = visit.state === "booked" || visit.state === "arrived";
  return (
    <>
      <div className="row-between">
        <strong>
          <span className="number">{time(visit.start)}</span>{" "}
          <Link href={`/patients/${visit.patient_id}`}>
            <PatientName patientId={visit.patient_id} />
          </Link>
        </strong>
        <Tag tone={TONES[visit.state]}>{t(`state-${visit.state}`)}</Tag>
      </div>
      {visit.reason && <p>{visit.reason}</p>}
      {visit.form_id && (
        <p>
          <Link href={`/patients/${visit.patient_id}/visit-forms/${visit.form_id}`}>{t("formBefore")}</Link>
        </p>
      )}
      {problem && <ProblemBox problem={problem} />}
      {open && (
        <div className="row">
          <ButtonLink to={`/patients/${visit.patient_id}/new/visit?appointment=${visit.id}&schedule=${visit.schedule_id}`} kind="primary">
            {t("writeVisit")}
          </ButtonLink>
          {visit.state === "booked" && (
            <Button kind="secondary" busy={arrived.isPending} onPress={() => arrived.mutate()}>
              {t("arrived")}
            </Button>
          )}
          {visit.state === "booked" && Date.parse(visit.start) < Date.now() && (
            <Button kind="plain" busy={missed.isPending} onPress={() => missed.mutate()}>
              {t("missed")}
            </Button>
          )}
        </div>
      )}
    </>
  );
}

type Talk = { id: string; patient_id: string; unread: number; state: string; last_at: string };

function Waiting() {
  const found = useRead(["chat-mine"], () => typed<{ items: Talk[] }>(api.GET("/api/v1/me/chats")));
  return (
    <Section title={t("waiting")}>
      <Shown of={found} lines={1}>
        {({ items }) => {
          const unread = items.filter((talk) => talk.unread > 0);
          if (!unread.length) return <p className="quiet">{t("nobodyWaits")}</p>;
          return (
            <ul className="plain-list list" aria-label={t("waiting")}>
              {unread.map((talk) => (
                <li key={talk.id} className="list-item">
                  <div className="row-between">
                    <Link href={`/work-chats/${talk.patient_id}/${talk.id}`}>
                      <PatientName patientId={talk.patient_id} />
                    </Link>
                    <Tag tone="info">{t("unread", { n: talk.unread })}</Tag>
                  </div>
                </li>
              ))}
            </ul>
          );
        }}
      </Shown>
    </Section>
  );
}
