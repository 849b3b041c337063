import { useState } from "react";
import { useParams } from "wouter";
import { api } from "../../../../api/client";
import { useChange, usePages } from "../../../../api/queries";
import { typed } from "../../../../api/typed";
import { day, dayAndTime } from "../../../../i18n/dates";
import { Button, Empty, Facts, Form, List, Page, Radios, say, Tag, TextArea, useForm } from "../../../../ui";
import type { Paged } from "../shapes";
import { useSchedule } from "./reading";
import { w } from "./words";

type Entry = { id: string; created_at: string; first: string; last: string; put_first: boolean };
type WaitingPage = Paged<Entry> & { waiting: { schedule: number; specialty: number; displaced: number } };
type Which = "schedule" | "specialty";

/** Who waits, in the order in which they came, without names; somebody may be put first, with a reason that they can read. */
export default function Waiting() {
  const { scheduleId = "" } = useParams();
  const [which, setWhich] = useState<Which>("schedule");
  const schedule = useSchedule(scheduleId);
  const path = { schedule_id: scheduleId };
  const pages = usePages(["waiting-list-read", scheduleId, which], (query) => typed<WaitingPage>(api.GET("/api/v1/schedules/{schedule_id}/waiting-list", { params: { path, query: { ...query, list: which } } })));
  const counts = pages.first?.waiting;
  return (
    <Page title={w("waitingList")} lead={schedule.data?.doctor} up={{ to: "/schedules", label: w("schedules") }} width="text">
      {counts && (
        <Facts
          facts={[
            [w("waitHere"), counts.schedule],
            [w("waitAny"), counts.specialty],
            [w("waitDisplaced"), counts.displaced],
          ]}
        />
      )}
      <Radios
        name="list"
        label={w("whichList")}
        value={which}
        onChange={(chosen) => setWhich(chosen as Which)}
        choices={[
          { value: "schedule", label: w("waitHere") },
          { value: "specialty", label: w("waitAny") },
        ]}
      />
      <List of={pages} label={w("waitingList")} keyOf={(one) => one.id} empty={<Empty title={w("nobodyWaits")}>{w("nobodyWaitsWhy")}</Empty>}>
        {(one, index) => <One entry={one} place={index + 1} scheduleId={scheduleId} />}
      </List>
    </Page>
  );
}

function One({ entry, place, scheduleId }: { entry: Entry; place: number; scheduleId: string }) {
  const [open, setOpen] = useState(false);
  const params = { path: { schedule_id: scheduleId, entry_id: entry.id } };
  const changed = useChange((reason: string) => api.PUT("/api/v1/schedules/{schedule_id}/waiting-list/{entry_id}/priority", { params, body: { first: !entry.put_first, reason } }), [["waiting-list-read", scheduleId]]);
  const form = useForm({ reason: "" }, ({ reason }) => changed.mutateAsync(reason), {
    check: ({ reason }) => ({ reason: reason.trim().length >= 5 ? "" : w("priorityNeeded") }),
    done: () => {
      setOpen(false);
      say(w("orderChanged"));
    },
  });
  const words = w(entry.put_first ? "backInOrder" : "putFirst");
  return (
    <>
      <div className="row-between">
        <strong>{w("place", { n: place })}</strong>
        {entry.put_first && <Tag tone="warn">{w("isFirst")}</Tag>}
      </div>
      <p>{w("wants", { first: day(entry.first), last: day(entry.last) })}</p>
      <p className="quiet">{w("since", { at: dayAndTime(entry.created_at) })}</p>
      <div>
        <Button kind="plain" expanded={open} onPress={() => setOpen(!open)} label={`${words}: ${w("place", { n: place })}`}>
          {words}
        </Button>
      </div>
      {open && (
        <Form form={form} submit={words} kind="secondary">
          <TextArea {...form.field("reason")} label={w("priorityReason")} hint={w("priorityHint")} rows={2} maxLength={500} />
        </Form>
      )}
    </>
  );
}
