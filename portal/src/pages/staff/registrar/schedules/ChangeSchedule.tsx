import { useLocation, useParams } from "wouter";
import { api, got } from "../../../../api/client";
import { ifMatch, typed } from "../../../../api/typed";
import { Card, Form, Page, say, Shown, useForm } from "../../../../ui";
import { Stale } from "../Stale";
import { DisplacedConfirm, useDisplacing } from "./Displacing";
import { useSchedule } from "./reading";
import { ScheduleFields, scheduleFaults, settingsOf, valuesOf } from "./ScheduleFields";
import type { Changed, OwnSchedule } from "./shapes";
import { w } from "./words";

export default function ChangeSchedule() {
  const { scheduleId = "" } = useParams();
  const found = useSchedule(scheduleId);
  return (
    <Page title={w("changeSchedule")} lead={found.data?.doctor} up={{ to: `/schedules/${scheduleId}`, label: w("schedule") }} width="text">
      <Shown of={found}>{(schedule) => <Changing key={schedule.version} schedule={schedule} again={() => void found.refetch()} />}</Shown>
    </Page>
  );
}

function Changing({ schedule, again }: { schedule: OwnSchedule; again: () => void }) {
  const [, go] = useLocation();
  const path = { schedule_id: schedule.schedule_id };
  const displacing = useDisplacing(schedule.schedule_id, () => {
    say(w("changed"));
    go(`/schedules/${schedule.schedule_id}`);
  });
  const form = useForm(
    valuesOf(schedule),
    (values) =>
      displacing.attempt((trial) =>
        got(typed<Changed>(api.PUT("/api/v1/schedules/{schedule_id}", { params: { path, query: { dry_run: trial } }, headers: ifMatch(schedule.version), body: settingsOf(values) }))),
      ),
    { check: scheduleFaults },
  );
  return (
    <Card>
      <Stale problem={form.problem} again={again} />
      <Form form={form} submit={w("save")}>
        <ScheduleFields form={form} />
      </Form>
      <DisplacedConfirm displacing={displacing} />
    </Card>
  );
}
