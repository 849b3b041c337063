import { useLocation } from "wouter";
import { api } from "../../../../api/client";
import { useChange } from "../../../../api/queries";
import { typed } from "../../../../api/typed";
import { Card, Form, Page, say, Select, Shown, useForm, type FormState } from "../../../../ui";
import { useDoctors } from "../doctors";
import { useScheduleChoices } from "./reading";
import { NO_SCHEDULE, ScheduleFields, scheduleFaults, settingsOf, type ScheduleValues } from "./ScheduleFields";
import { w } from "./words";

type Values = ScheduleValues & { member_id: string; specialty: string };

export default function NewSchedule() {
  const [, go] = useLocation();
  const { choices: doctors, staff } = useDoctors();
  const choices = useScheduleChoices();
  const made = useChange(
    ({ member_id, specialty, ...values }: Values) => typed<{ schedule_id: string }>(api.POST("/api/v1/schedules", { body: { ...settingsOf(values), member_id, specialty } })),
    [["schedule-pages"], ["schedule-list-own"]],
  );
  const form = useForm<Values, { schedule_id: string }>({ ...NO_SCHEDULE, member_id: "", specialty: "" }, (values) => made.mutateAsync(values), {
    check: (values) => ({ ...scheduleFaults(values), member_id: values.member_id ? "" : w("whoseNeeded"), specialty: values.specialty ? "" : w("specialtyNeeded") }),
    done: ({ schedule_id: id }) => {
      say(w("made"));
      go(`/schedules/${id}`);
    },
  });
  return (
    <Page title={w("newSchedule")} up={{ to: "/schedules", label: w("schedules") }} width="text">
      <Card>
        <Form form={form} submit={w("makeIt")}>
          <Shown of={staff} lines={1}>
            {() => <Select {...form.field("member_id")} label={w("whose")} empty={w("choose")} choices={doctors} />}
          </Shown>
          <Shown of={choices} lines={1}>
            {({ specialties }) => <Select {...form.field("specialty")} label={w("specialty")} empty={w("choose")} choices={specialties.map(({ code: value, name: label }) => ({ value, label }))} />}
          </Shown>
          <ScheduleFields form={form as unknown as FormState<ScheduleValues>} />
        </Form>
      </Card>
    </Page>
  );
}
