import { useState } from "react";
import { useLocation, useParams, useSearchParams } from "wouter";
import { api } from "../../../../api/client";
import { useRead } from "../../../../api/queries";
import { typed } from "../../../../api/typed";
import { today, weekday } from "../../../../i18n/dates";
import { Button, ButtonLink, Empty, More, Notice, Page, Shown, TextField } from "../../../../ui";
import { PatientBySnils } from "../PatientBySnils";
import { useSchedule } from "./reading";
import type { Visit } from "./shapes";
import { VisitLine } from "./VisitLine";
import { w } from "./words";

const DAY = 86_400_000; // milliseconds
const beside = (day: string, days: number) => new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10);

/** Who comes on a day. The list holds no names: whoever stands at the desk is found in it by SNILS. */
export default function Day() {
  const { scheduleId = "" } = useParams();
  const [search] = useSearchParams();
  const [, go] = useLocation();
  const [patient, setPatient] = useState("");
  const day = search.get("day") ?? today();
  const schedule = useSchedule(scheduleId);
  const found = useRead(["appointment-day", scheduleId, day], () =>
    typed<{ items: Visit[] }>(api.GET("/api/v1/schedules/{schedule_id}/appointments", { params: { path: { schedule_id: scheduleId }, query: { day } } })),
  );
  const open = (other: string) => other && go(`/schedules/${scheduleId}/day?day=${other}`, { replace: true });
  return (
    <Page
      title={schedule.data?.doctor ?? w("day")}
      lead={weekday(day)}
      up={{ to: "/schedules", label: w("schedules") }}
      actions={<ButtonLink to={`/schedules/${scheduleId}/book`}>{w("book")}</ButtonLink>}
    >
      <div className="row">
        <Button kind="secondary" onPress={() => open(beside(day, -1))}>
          {w("dayBefore")}
        </Button>
        <Button kind="secondary" onPress={() => open(beside(day, 1))}>
          {w("dayAfter")}
        </Button>
        <TextField name="day" type="date" label={w("date")} value={day} onChange={open} width="middle" />
      </div>
      <More title={w("findInList")}>
        <PatientBySnils submit={w("find")} found={setPatient} kind="secondary" />
      </More>
      <Shown of={found}>{({ items }) => <Visits visits={items} patient={patient} />}</Shown>
    </Page>
  );
}

function Visits({ visits, patient }: { visits: readonly Visit[]; patient: string }) {
  const theirs = visits.filter(({ patient_id }) => patient_id === patient);
  return (
    <div className="stack">
      {patient && !theirs.length && <Notice tone="warn" title={w("notInList")} live />}
      {patient && theirs.length > 0 && <Notice tone="good" title={w("inList", { n: theirs.length })} live />}
      {visits.length ? (
        <ul className="plain-list list" aria-label={w("visits")}>
          {visits.map((visit) => (
            <li key={visit.id} className="list-item">
              <VisitLine visit={visit} chosen={visit.patient_id === patient} />
            </li>
          ))}
        </ul>
      ) : (
        <Empty title={w("noVisits")}>{w("noVisitsWhy")}</Empty>
      )}
    </div>
  );
}
