/** Days that are not as the rules say: leave and illness (closed), or other hours. */
import { useState } from "react";
import { api, got } from "../../../../api/client";
import { asProblem, type Problem } from "../../../../api/problems";
import { ifMatch, typed } from "../../../../api/typed";
import { day, today } from "../../../../i18n/dates";
import { Button, Card, Form, ProblemBox, Radios, say, Section, Select, TextField, useForm } from "../../../../ui";
import { DisplacedConfirm, useDisplacing } from "./Displacing";
import { EXCEPTION_REASONS, type Changed, type Exception, type ExceptionReason, type OwnSchedule } from "./shapes";
import { w } from "./words";

export function Exceptions({ schedule }: { schedule: OwnSchedule }) {
  const [adding, setAdding] = useState(false);
  return (
    <Section title={w("exceptions")}>
      {schedule.exceptions.length ? (
        <ul className="plain-list list" aria-label={w("exceptions")}>
          {schedule.exceptions.map((one) => (
            <li key={one.first} className="list-item">
              <One exception={one} schedule={schedule} />
            </li>
          ))}
        </ul>
      ) : (
        <p className="quiet">{w("noExceptions")}</p>
      )}
      {schedule.state === "active" &&
        (adding ? (
          <Adding schedule={schedule} />
        ) : (
          <div>
            <Button kind="secondary" onPress={() => setAdding(true)}>
              {w("addException")}
            </Button>
          </div>
        ))}
    </Section>
  );
}

function One({ exception, schedule }: { exception: Exception; schedule: OwnSchedule }) {
  const [problem, setProblem] = useState<Problem | null>(null);
  const displacing = useDisplacing(schedule.schedule_id, () => say(w("exceptionGone")));
  const params = { path: { schedule_id: schedule.schedule_id, first_day: exception.first } };
  const remove = () => {
    setProblem(null);
    displacing
      .attempt((trial) =>
        got(typed<Changed>(api.DELETE("/api/v1/schedules/{schedule_id}/exceptions/{first_day}", { params: { ...params, query: { dry_run: trial } }, headers: ifMatch(schedule.version) }))),
      )
      .catch((thrown: unknown) => setProblem(asProblem(thrown)));
  };
  const days = exception.first === exception.last ? day(exception.first) : `${day(exception.first)} – ${day(exception.last)}`;
  return (
    <>
      <strong>{days}</strong>
      <p>
        {w(`exception-${exception.reason}`)}: {exception.hours.length ? exception.hours.map(({ start, end }) => `${start}–${end}`).join(", ") : w("noReception")}
      </p>
      {problem && <ProblemBox problem={problem} />}
      <div>
        <Button kind="plain" onPress={remove} label={`${w("takeBack")}: ${days}`}>
          {w("takeBack")}
        </Button>
      </div>
      <DisplacedConfirm displacing={displacing} />
    </>
  );
}

function Adding({ schedule }: { schedule: OwnSchedule }) {
  const displacing = useDisplacing(schedule.schedule_id, () => say(w("exceptionMade")));
  const form = useForm(
    { first: today(), last: today(), reason: "leave", how: "closed", start: "09:00", end: "13:00" },
    ({ first, last, reason, how, start, end }) => {
      const params = { path: { schedule_id: schedule.schedule_id, first_day: first } };
      const body = { last, reason: reason as ExceptionReason, hours: how === "hours" ? [{ start, end }] : [] };
      return displacing.attempt((trial) =>
        got(typed<Changed>(api.PUT("/api/v1/schedules/{schedule_id}/exceptions/{first_day}", { params: { ...params, query: { dry_run: trial } }, headers: ifMatch(schedule.version), body }))),
      );
    },
    {
      check: ({ first, last, how, start, end }) => ({
        first: first ? "" : w("needed"),
        last: last >= first ? "" : w("lastWrong"),
        end: how === "hours" && end <= start ? w("endWrong") : "",
      }),
    },
  );
  return (
    <Card>
      <Form form={form} submit={w("saveException")} kind="secondary">
        <div className="row">
          <TextField {...form.field("first")} type="date" label={w("firstDay")} width="middle" />
          <TextField {...form.field("last")} type="date" label={w("lastDay")} width="middle" />
        </div>
        <Select {...form.field("reason")} label={w("exceptionReason")} choices={EXCEPTION_REASONS.map((value) => ({ value, label: w(`exception-${value}`) }))} />
        <Radios
          {...form.field("how")}
          label={w("how")}
          choices={[
            { value: "closed", label: w("noReception") },
            { value: "hours", label: w("otherHours") },
          ]}
        />
        {form.values.how === "hours" && (
          <div className="row">
            <TextField {...form.field("start")} type="time" label={w("from")} width="short" />
            <TextField {...form.field("end")} type="time" label={w("until")} width="short" />
          </div>
        )}
      </Form>
      <DisplacedConfirm displacing={displacing} />
    </Card>
  );
}
