import { api } from "../../../../api/client";
import { useRead } from "../../../../api/queries";
import { typed } from "../../../../api/typed";
import type { OwnSchedule } from "./shapes";

export const useSchedule = (scheduleId: string) =>
  useRead(["schedule-read", scheduleId], () => typed<OwnSchedule>(api.GET("/api/v1/schedules/{schedule_id}", { params: { path: { schedule_id: scheduleId } } })));

type Choices = { specialties: { code: string; name: string; referral: boolean }[]; zones: { name: string; from_moscow: number }[] };

export const useScheduleChoices = () => useRead(["schedule-choices"], () => typed<Choices>(api.GET("/api/v1/schedule-choices")), { fresh: 60 * 60_000 });
