import { useState } from "react";
import { api } from "../../../api/client";
import { useRead } from "../../../api/queries";
import { typed } from "../../../api/typed";
import { dictionary } from "../../../i18n";
import { Notice, Page, Shown } from "../../../ui";
import { ConfirmMove } from "./ConfirmMove";
import { FreeTimes } from "./FreeTimes";
import type { Alternative, Appointment } from "./shapes";
import { visitMoment } from "./times";

/** Another time of the same doctor, or of one of the same specialty in the clinic. */
export default function Move({ params }: { params: { id: string } }) {
  const found = useRead(["appointment-read", params.id], () =>
    typed<Appointment>(
      api.GET("/api/v1/me/appointments/{appointment_id}", { params: { path: { appointment_id: params.id } } }),
    ),
  );
  return (
    <Page title={t("title")} up={{ to: `/appointments/${params.id}`, label: t("visit") }}>
      <Shown of={found}>{(visit) => <Times visit={visit} />}</Shown>
    </Page>
  );
}

function Times({ visit }: { visit: Appointment }) {
  const [time, setTime] = useState<Alternative | null>(null);
  if (visit.state !== "booked" || !visit.changeable_until) return <Notice tone="warn">{t("over")}</Notice>;
  return (
    <>
      <p>{t("now", { when: visitMoment(visit.start, visit.zone), doctor: visit.doctor ?? "" })}</p>
      <FreeTimes
        wanted={{
          specialty: visit.specialty,
          organisation: visit.organisation_id,
          name: visit.position ?? "",
          scheduleId: visit.schedule_id,
        }}
        choose={({ schedule, ...slot }) =>
          setTime({ ...slot, schedule_id: schedule.schedule_id, doctor: schedule.doctor, position: schedule.position })
        }
      />
      <ConfirmMove visit={visit} time={time} close={() => setTime(null)} />
    </>
  );
}

const t = dictionary({
  ru: {
    title: "На какое время перенести?",
    visit: "Запись",
    now: "Сейчас: {when}. {doctor}. Пока вы не подтвердите перенос, это время остаётся вашим.",
    over: "Эту запись уже нельзя перенести через портал. Позвоните, пожалуйста, в клинику.",
  },
  en: {
    title: "To what time?",
    visit: "Appointment",
    now: "Now: {when}. {doctor}. Until you confirm the move, this time stays yours.",
    over: "This visit can no longer be moved here. Please call the clinic.",
  },
});
