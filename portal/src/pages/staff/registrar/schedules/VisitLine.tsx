/** One visit of a day and what is done with it: arrival, absence, taking place, moving, cancelling with a reason. */
import { useState } from "react";
import { api } from "../../../../api/client";
import { useChange } from "../../../../api/queries";
import { ifMatch } from "../../../../api/typed";
import { Button, ButtonLink, Card, Form, ProblemBox, say, Select, Tag, useForm } from "../../../../ui";
import { clinicDay, visitTime } from "../../../patient/appointments/times";
import type { Visit } from "./shapes";
import { w } from "./words";

const TONES = { booked: "info", arrived: "good", fulfilled: "quiet", cancelled: "quiet", noshow: "warn" } as const;

export function VisitLine({ visit, chosen }: { visit: Visit; chosen: boolean }) {
  const at = visitTime(visit.start, visit.zone);
  const shown = (
    <>
      <div className="row-between">
        <strong>
          <span className="number">{at}</span> {w("patient", { id: visit.patient_id.slice(0, 6) })}
        </strong>
        <span className="row">
          {chosen && <Tag tone="good">{w("found")}</Tag>}
          {visit.displaced && <Tag tone="bad">{w("displaced")}</Tag>}
          <Tag tone={TONES[visit.state]}>{w(`state-${visit.state}`)}</Tag>
        </span>
      </div>
      {visit.missed > 0 && <p className="quiet">{w("missedBefore", { n: visit.missed })}</p>}
      <Steps visit={visit} at={at} />
    </>
  );
  return chosen ? <Card tone="good">{shown}</Card> : shown;
}

function Steps({ visit, at }: { visit: Visit; at: string }) {
  const [cancelling, setCancelling] = useState(false);
  const params = { path: { schedule_id: visit.schedule_id, appointment_id: visit.id } };
  const headers = ifMatch(visit.version);
  const after = [["appointment-day", visit.schedule_id]];
  const came = useChange(() => api.POST("/api/v1/schedules/{schedule_id}/appointments/{appointment_id}/arrival", { params, headers }), after);
  const missed = useChange(() => api.POST("/api/v1/schedules/{schedule_id}/appointments/{appointment_id}/absence", { params, headers }), after);
  const took = useChange(() => api.POST("/api/v1/schedules/{schedule_id}/appointments/{appointment_id}/fulfilment", { params, headers, body: {} }), after);
  const problem = came.error ?? missed.error ?? took.error;
  const started = Date.parse(visit.start) <= Date.now();
  const booked = visit.state === "booked";
  const onTheDay = clinicDay(visit.start, visit.zone) === clinicDay(new Date().toISOString(), visit.zone);
  return (
    <>
      {problem && <ProblemBox problem={problem} />}
      <div className="row">
        {booked && onTheDay && (
          <Button busy={came.isPending} onPress={() => came.mutate()} label={`${w("came")}: ${at}`}>
            {w("came")}
          </Button>
        )}
        {(visit.state === "arrived" || visit.state === "noshow") && (
          <Button kind="secondary" busy={took.isPending} onPress={() => took.mutate()} label={`${w("took")}: ${at}`}>
            {w("took")}
          </Button>
        )}
        {booked && started && (
          <Button kind="secondary" busy={missed.isPending} onPress={() => missed.mutate()} label={`${w("didNotCome")}: ${at}`}>
            {w("didNotCome")}
          </Button>
        )}
        {booked && (
          <ButtonLink to={`/schedules/${visit.schedule_id}/move/${visit.id}`} label={`${w("move")}: ${at}`}>
            {w("move")}
          </ButtonLink>
        )}
        {booked && (
          <Button kind="plain" expanded={cancelling} onPress={() => setCancelling(!cancelling)} label={`${w("cancel")}: ${at}`}>
            {w("cancel")}
          </Button>
        )}
      </div>
      {booked && cancelling && <Cancelling visit={visit} />}
    </>
  );
}

const REASONS = ["asked-by-patient", "doctor-absent", "schedule-changed", "equipment", "other"] as const;

function Cancelling({ visit }: { visit: Visit }) {
  const params = { path: { schedule_id: visit.schedule_id, appointment_id: visit.id } };
  const cancelled = useChange(
    (why: (typeof REASONS)[number]) => api.POST("/api/v1/schedules/{schedule_id}/appointments/{appointment_id}/cancellation", { params, headers: ifMatch(visit.version), body: { why } }),
    [["appointment-day", visit.schedule_id]],
  );
  const form = useForm({ why: "" }, ({ why }) => cancelled.mutateAsync(why as (typeof REASONS)[number]), {
    check: ({ why }) => ({ why: why ? "" : w("whyNeeded") }),
    done: () => say(w("cancelled")),
  });
  return (
    <Form form={form} submit={w("cancelIt")} kind="danger">
      <Select {...form.field("why")} label={w("why")} hint={w("whyHint")} empty={w("choose")} choices={REASONS.map((value) => ({ value, label: w(`why-${value}`) }))} />
    </Form>
  );
}
