import { useState } from "react";
import { useParams } from "wouter";
import { api, got } from "../../../../api/client";
import { asProblem, type Problem } from "../../../../api/problems";
import { ifMatch, typed } from "../../../../api/typed";
import { useMe } from "../../../../app/session";
import { day } from "../../../../i18n/dates";
import { Button, ButtonLink, Confirm, Facts, More, Notice, Page, ProblemBox, say, Section, Shown } from "../../../../ui";
import { DisplacedConfirm, useDisplacing } from "./Displacing";
import { Exceptions } from "./Exceptions";
import { OutsideName } from "./OutsideName";
import { useSchedule } from "./reading";
import type { Changed, OwnSchedule, Rule } from "./shapes";
import { w } from "./words";

export default function Schedule() {
  const { scheduleId = "" } = useParams();
  const found = useSchedule(scheduleId);
  const at = `/schedules/${scheduleId}`;
  const registers = useMe().role === "registrar"; // an administrator edits rules, and sees no patient's visit
  return (
    <Page
      title={found.data?.doctor ?? w("schedule")}
      lead={found.data?.specialty.name}
      up={registers ? { to: "/schedules", label: w("schedules") } : { to: "/load/proposals", label: w("proposals") }}
      actions={
        found.data?.state === "active" && (
          <>
            {registers && (
              <ButtonLink to={`${at}/day`} kind="primary">
                {w("day")}
              </ButtonLink>
            )}
            <ButtonLink to={`${at}/change`}>{w("changeSchedule")}</ButtonLink>
          </>
        )
      }
      width="text"
    >
      <Shown of={found}>
        {(schedule) => (
          <>
            {schedule.state === "closed" && <Notice tone="warn" title={w("isClosed")} />}
            <Said schedule={schedule} />
            <Exceptions key={schedule.version} schedule={schedule} />
            {registers && schedule.state === "active" && <OutsideName scheduleId={scheduleId} />}
            {schedule.state === "active" && <Closing schedule={schedule} />}
          </>
        )}
      </Shown>
    </Page>
  );
}

const ruleWords = (rule: Rule): string =>
  [
    `${rule.weekdays.map((n) => w(`weekday-${n as 1 | 2 | 3 | 4 | 5 | 6 | 7}`).toLowerCase()).join(", ")}: ${rule.start}–${rule.end}`,
    rule.every_weeks === 2 && w("everySecond").toLowerCase(),
    rule.valid_until && w("untilDay", { day: day(rule.valid_until) }),
  ]
    .filter(Boolean)
    .join(", ");

const NUMBERS = ["slot_minutes", "horizon_days", "notice_minutes", "cancel_hours"] as const;

function Said({ schedule }: { schedule: OwnSchedule }) {
  return (
    <Section title={w("rules")}>
      {schedule.rules.length ? (
        <ul>
          {schedule.rules.map((rule, index) => (
            <li key={index}>{ruleWords(rule)}</li>
          ))}
        </ul>
      ) : (
        <p>{w("noRules")}</p>
      )}
      <Facts
        facts={[
          [w("position"), schedule.position],
          [w("roomField"), schedule.room],
          [w("zone"), schedule.zone],
          ...NUMBERS.map((name) => [w(name), `${schedule[name]} ${w(`unit-${name}`, { n: schedule[name] })}`] as const),
          [w("withReferral"), w(schedule.referral ? "yes" : "no")],
        ]}
      />
    </Section>
  );
}

function Closing({ schedule }: { schedule: OwnSchedule }) {
  const [asked, setAsked] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const displacing = useDisplacing(schedule.schedule_id, () => say(w("closedNow")));
  const close = () => {
    setAsked(false);
    setProblem(null);
    const params = { path: { schedule_id: schedule.schedule_id } };
    displacing
      .attempt((trial) => got(typed<Changed>(api.POST("/api/v1/schedules/{schedule_id}/closure", { params: { ...params, query: { dry_run: trial } }, headers: ifMatch(schedule.version) }))))
      .catch((thrown: unknown) => setProblem(asProblem(thrown)));
  };
  return (
    <More title={w("close")}>
      <p>{w("closeWhy")}</p>
      {problem && <ProblemBox problem={problem} />}
      <Button kind="danger" onPress={() => setAsked(true)}>
        {w("close")}
      </Button>
      <Confirm title={w("close")} yes={w("close")} danger open={asked} onYes={close} onClose={() => setAsked(false)}>
        {w("closeWhy")}
      </Confirm>
      <DisplacedConfirm displacing={displacing} />
    </More>
  );
}
