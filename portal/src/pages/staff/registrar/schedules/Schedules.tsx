import { Link, useSearchParams } from "wouter";
import { api } from "../../../../api/client";
import { usePages } from "../../../../api/queries";
import { typed } from "../../../../api/typed";
import { ButtonLink, Empty, List, Page, Tag } from "../../../../ui";
import type { Paged } from "../shapes";
import type { OwnSchedule } from "./shapes";
import { w } from "./words";

/** All schedules of the clinic. With a patient chosen before, each leads on to a booking. */
export default function Schedules() {
  const [search] = useSearchParams();
  const patient = search.get("patient");
  const pages = usePages(["schedule-pages"], (query) => typed<Paged<OwnSchedule>>(api.GET("/api/v1/me/schedules", { params: { query } })), { limit: 50 });
  return (
    <Page title={w("schedules")} lead={w(patient ? "chooseDoctor" : "schedulesLead")} actions={<ButtonLink to="/schedules/new">{w("newSchedule")}</ButtonLink>}>
      <List of={pages} label={w("schedules")} keyOf={(one) => one.schedule_id} empty={<Empty title={w("noSchedules")}>{w("noSchedulesWhy")}</Empty>}>
        {(one) => <Line schedule={one} patient={patient} />}
      </List>
    </Page>
  );
}

function Line({ schedule, patient }: { schedule: OwnSchedule; patient: string | null }) {
  const at = `/schedules/${schedule.schedule_id}`;
  return (
    <>
      <div className="row-between">
        <strong>
          <Link href={patient ? `${at}/book?patient=${patient}` : `${at}/day`}>{schedule.doctor}</Link>
        </strong>
        {schedule.state === "closed" && <Tag>{w("closed")}</Tag>}
      </div>
      <p className="quiet">{[schedule.specialty.name, schedule.room && w("room", { room: schedule.room })].filter(Boolean).join(", ")}</p>
      {!patient && (
        <p className="row">
          <Link href={at} aria-label={`${w("rules")}: ${schedule.doctor}`}>
            {w("rules")}
          </Link>
          <Link href={`${at}/waiting`} aria-label={`${w("waitingList")}: ${schedule.doctor}`}>
            {w("waitingList")}
          </Link>
        </p>
      )}
    </>
  );
}
