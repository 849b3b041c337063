/** Doctors and nurses of one's own organisation: the list of staff has numbers and posts, schedules have the published names. */
import { api } from "../../../api/client";
import { useRead } from "../../../api/queries";
import { typed } from "../../../api/typed";
import { useMe } from "../../../app/session";
import type { Choice } from "../../../ui";
import type { OwnSchedule } from "./schedules/shapes";
import type { Paged } from "./shapes";

type Member = { member_id: string; role: string; department: string; position: string; staff_number: string; state: string };
const MOST = 100;

export function useDoctors() {
  const { acting } = useMe();
  const path = { organisation_id: acting.organisation_id ?? "" };
  const staff = useRead(["staff-list", path.organisation_id], () => typed<Paged<Member>>(api.GET("/api/v1/organisations/{organisation_id}/staff", { params: { path, query: { limit: MOST } } })));
  const schedules = useRead(["schedule-list-own"], () => typed<Paged<OwnSchedule>>(api.GET("/api/v1/me/schedules", { params: { query: { limit: MOST } } })));
  const nameOf = (id: string) => schedules.data?.items.find(({ member_id }) => member_id === id)?.doctor;
  const choices = (staff.data?.items ?? [])
    .filter(({ role, state }) => state === "active" && (role === "doctor" || role === "nurse"))
    .map(({ member_id: value, position, department, staff_number }): Choice => {
      const post = [position || department, staff_number && `№ ${staff_number}`].filter(Boolean).join(", ");
      return { value, label: [nameOf(value), post].filter(Boolean).join(", ") };
    });
  return { choices, staff };
}
