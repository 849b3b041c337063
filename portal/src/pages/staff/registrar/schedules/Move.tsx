import { useState } from "react";
import { useLocation, useParams } from "wouter";
import { api } from "../../../../api/client";
import { useChange, useRead } from "../../../../api/queries";
import { ifMatch, typed } from "../../../../api/typed";
import { Button, Card, Form, Notice, Page, say, Select, Shown, useForm } from "../../../../ui";
import { clinicDay, visitDay, visitTime } from "../../../patient/appointments/times";
import type { Paged } from "../shapes";
import { Stale } from "../Stale";
import { useSchedule } from "./reading";
import { SlotChoice } from "./SlotChoice";
import type { OwnSchedule, Visit } from "./shapes";
import { w } from "./words";

/** Another time, with this doctor or another one of the specialty in the clinic; the patient is told. */
export default function Move() {
  const { scheduleId = "", appointmentId = "" } = useParams();
  const path = { schedule_id: scheduleId, appointment_id: appointmentId };
  const schedule = useSchedule(scheduleId);
  const visit = useRead(["appointment-of-schedule", appointmentId], () => typed<Visit>(api.GET("/api/v1/schedules/{schedule_id}/appointments/{appointment_id}", { params: { path } })), { fresh: 0 });
  return (
    <Page title={w("move")} up={{ to: `/schedules/${scheduleId}/day`, label: w("day") }} width="text">
      <Shown of={schedule}>
        {(known) => (
          <Shown of={visit}>
            {(found) => (
              <>
                <Notice>{w("movesFrom", { day: visitDay(found.start, found.zone), time: visitTime(found.start, found.zone) })}</Notice>
                <Moving key={found.version} schedule={known} visit={found} again={() => void visit.refetch()} />
              </>
            )}
          </Shown>
        )}
      </Shown>
    </Page>
  );
}

function Moving({ schedule, visit, again }: { schedule: OwnSchedule; visit: Visit; again: () => void }) {
  const [, go] = useLocation();
  const [others, setOthers] = useState(false);
  const { specialty, organisation } = schedule;
  const doctors = useRead(
    ["schedule-list", specialty.code, organisation.id],
    () => typed<Paged<OwnSchedule>>(api.GET("/api/v1/schedules", { params: { query: { specialty: specialty.code, organisation: organisation.id, limit: 100 } } })),
    { wanted: others },
  );
  const params = { path: { schedule_id: visit.schedule_id, appointment_id: visit.id } };
  const moved = useChange(
    (body: { schedule_id: string; start: string }) => api.PUT("/api/v1/schedules/{schedule_id}/appointments/{appointment_id}/time", { params, headers: ifMatch(visit.version), body }),
    [["appointment-day"], ["schedule-slots"]],
  );
  const form = useForm({ schedule_id: visit.schedule_id, start: "" }, (values) => moved.mutateAsync(values), {
    check: ({ start }) => ({ start: start ? "" : w("timeNeeded") }),
    done: (_, { schedule_id: to, start }) => {
      say(w("moved"));
      go(`/schedules/${to}/day?day=${clinicDay(start, schedule.zone)}`);
    },
  });
  return (
    <Card>
      <Stale problem={form.problem} again={again} />
      <Form form={form} submit={w("moveIt")}>
        {others ? (
          <Shown of={doctors} lines={1}>
            {({ items }) => (
              <Select
                {...form.field("schedule_id")}
                onChange={(to) => form.set({ schedule_id: to, start: "" })}
                label={w("doctor")}
                choices={items.map(({ schedule_id: value, doctor: label }) => ({ value, label }))}
              />
            )}
          </Shown>
        ) : (
          <div>
            <Button kind="plain" onPress={() => setOthers(true)}>
              {w("otherDoctor")}
            </Button>
          </div>
        )}
        <SlotChoice key={form.values.schedule_id} scheduleId={form.values.schedule_id} value={form.values.start} onChange={(start) => form.set({ start })} error={form.errors["start"] ?? ""} />
      </Form>
    </Card>
  );
}
