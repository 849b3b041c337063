import { useState } from "react";
import { useLocation, useParams, useSearchParams } from "wouter";
import { api } from "../../../../api/client";
import { useChange, useRead } from "../../../../api/queries";
import { typed } from "../../../../api/typed";
import { day } from "../../../../i18n/dates";
import { Button, Card, Form, Page, say, Section, Select, Shown, useForm } from "../../../../ui";
import { clinicDay } from "../../../patient/appointments/times";
import { PatientBySnils } from "../PatientBySnils";
import { useSchedule } from "./reading";
import { SlotChoice } from "./SlotChoice";
import type { OwnSchedule } from "./shapes";
import { w } from "./words";

/** Booking for a patient who stands here or calls: who, the referral where one is needed, when. */
export default function Book() {
  const { scheduleId = "" } = useParams();
  const [search] = useSearchParams();
  const [patient, setPatient] = useState(search.get("patient") ?? "");
  const schedule = useSchedule(scheduleId);
  return (
    <Page title={w("book")} lead={schedule.data && `${schedule.data.doctor}, ${schedule.data.specialty.name}`} up={{ to: `/schedules/${scheduleId}/day`, label: w("day") }} width="text">
      <Section title={w("who")}>
        {patient ? (
          <p className="row">
            {w("patient", { id: patient.slice(0, 6) })}
            <Button kind="plain" onPress={() => setPatient("")}>
              {w("another")}
            </Button>
          </p>
        ) : (
          <PatientBySnils submit={w("find")} found={setPatient} />
        )}
      </Section>
      {patient && <Shown of={schedule}>{(found) => <When key={patient} schedule={found} patientId={patient} />}</Shown>}
    </Page>
  );
}

function When({ schedule, patientId }: { schedule: OwnSchedule; patientId: string }) {
  const [, go] = useLocation();
  const path = { schedule_id: schedule.schedule_id };
  const referrals = useRead(
    ["appointment-referrals", schedule.schedule_id, patientId],
    () =>
      typed<{ items: { referral_id: string; valid_until?: string }[] }>(
        api.GET("/api/v1/schedules/{schedule_id}/patients/{patient_id}/referrals", { params: { path: { ...path, patient_id: patientId } } }),
      ),
    { wanted: schedule.referral },
  );
  const booked = useChange(
    (values: { start: string; referral_id: string }) => api.POST("/api/v1/schedules/{schedule_id}/appointments", { params: { path }, body: { ...values, patient_id: patientId } }),
    [["appointment-day", schedule.schedule_id], ["schedule-slots", schedule.schedule_id]],
  );
  const form = useForm({ start: "", referral_id: "" }, (values) => booked.mutateAsync(values), {
    check: ({ start, referral_id: referral }) => ({ start: start ? "" : w("timeNeeded"), referral_id: schedule.referral && !referral ? w("referralNeeded") : "" }),
    done: (_, { start }) => {
      say(w("booked"));
      go(`/schedules/${schedule.schedule_id}/day?day=${clinicDay(start, schedule.zone)}`);
    },
  });
  return (
    <Card>
      <Form form={form} submit={w("bookIt")}>
        {schedule.referral && (
          <Shown of={referrals} lines={1}>
            {({ items }) => (
              <Select
                {...form.field("referral_id")}
                label={w("referral")}
                hint={w(items.length ? "referralHint" : "noReferral")}
                empty={w("choose")}
                choices={items.map(({ referral_id: value, valid_until: until }) => ({ value, label: w("referralUntil", { id: value.slice(0, 6), day: day(until) }) }))}
              />
            )}
          </Shown>
        )}
        <SlotChoice scheduleId={schedule.schedule_id} value={form.values.start} onChange={(start) => form.set({ start })} error={form.errors["start"] ?? ""} />
      </Form>
    </Card>
  );
}
