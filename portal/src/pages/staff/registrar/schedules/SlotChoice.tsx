/** A day and the free times of it; it begins with the day of the nearest one. */
import { useState } from "react";
import { api } from "../../../../api/client";
import { useRead } from "../../../../api/queries";
import { typed } from "../../../../api/typed";
import { Button, Empty, Shown, TextField } from "../../../../ui";
import { clinicDay, visitDay, visitTime } from "../../../patient/appointments/times";
import type { Paged } from "../shapes";
import type { Slot } from "./shapes";
import { w } from "./words";

type Props = { scheduleId: string; value: string; onChange: (start: string) => void; error?: string };
const MOST = 500; // free times of one day

export function SlotChoice({ scheduleId, value, onChange, error }: Props) {
  const path = { schedule_id: scheduleId };
  const [chosen, setChosen] = useState("");
  const nearest = useRead(["schedule-slots", scheduleId, "nearest"], () => typed<Paged<Slot>>(api.GET("/api/v1/schedules/{schedule_id}/slots", { params: { path, query: { limit: 1 } } })), { fresh: 0 });
  const first = nearest.data?.items[0];
  const day = chosen || (first ? clinicDay(first.start, first.zone) : "");
  const found = useRead(
    ["schedule-slots", scheduleId, day],
    () => typed<Paged<Slot>>(api.GET("/api/v1/schedules/{schedule_id}/slots", { params: { path, query: { from: day, to: day, limit: MOST } } })),
    { wanted: Boolean(day), fresh: 0 },
  );
  return (
    <Shown of={nearest}>
      {() => (
        <div className="stack">
          <TextField name="day" type="date" label={w("date")} value={day} onChange={setChosen} width="middle" error={error ?? ""} />
          {day ? <Shown of={found}>{({ items }) => <Times slots={items} value={value} onChange={onChange} />}</Shown> : <Empty title={w("noSlots")}>{w("noSlotsWhy")}</Empty>}
        </div>
      )}
    </Shown>
  );
}

function Times({ slots, value, onChange }: { slots: readonly Slot[]; value: string; onChange: (start: string) => void }) {
  const [first] = slots;
  if (!first) return <Empty title={w("noTimes")}>{w("noTimesWhy")}</Empty>;
  return (
    <fieldset className="field">
      <legend className="field-label">{w("freeOn", { day: visitDay(first.start, first.zone) })}</legend>
      <div className="row">
        {slots.map(({ start, zone }) => (
          <Button key={start} kind="secondary" pressed={start === value} onPress={() => onChange(start)}>
            {visitTime(start, zone)}
          </Button>
        ))}
      </div>
    </fieldset>
  );
}
