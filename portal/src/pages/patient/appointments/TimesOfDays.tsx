import { dictionary } from "../../../i18n";
import { Card } from "../../../ui";
import type { FreeTime } from "./shapes";
import { clinicDay, otherClock, visitDay, visitTime } from "./times";
import { t as words } from "./words";

/** Values by a name, in the order in which they came. */
function grouped<T>(values: readonly T[], nameOf: (value: T) => string): [string, T[]][] {
  const groups = new Map<string, T[]>();
  for (const value of values) groups.set(nameOf(value), [...(groups.get(nameOf(value)) ?? []), value]);
  return [...groups];
}

/** Free times by day, and in a day by doctor. */
export function TimesOfDays({ times, choose }: { times: readonly FreeTime[]; choose: (time: FreeTime) => void }) {
  const first = times[0];
  const clock = first ? otherClock(first.start, first.zone) : "";
  return (
    <>
      {clock && <p>{clock}</p>}
      {grouped(times, ({ start, zone }) => clinicDay(start, zone)).map(([day, ofDay]) => (
        <Card key={day} as="section" label={dayOf(ofDay)}>
          <h2 className="day-name">{dayOf(ofDay)}</h2>
          {grouped(ofDay, ({ schedule }) => schedule.schedule_id).map(([id, own]) => (
            <TimesOfDoctor key={id} times={own} choose={choose} />
          ))}
        </Card>
      ))}
    </>
  );
}

const dayOf = ([first]: readonly FreeTime[]): string => (first ? visitDay(first.start, first.zone) : "");

function TimesOfDoctor({ times, choose }: { times: readonly FreeTime[]; choose: (time: FreeTime) => void }) {
  const schedule = times[0]?.schedule;
  if (!schedule) return null;
  return (
    <div className="stack-tight">
      <p>
        <strong>{schedule.doctor}</strong> <span className="quiet">{schedule.position}</span>
        <br />
        <span className="quiet">
          {schedule.organisation.name}
          {schedule.room && `, ${words("roomOf", { room: schedule.room })}`}
          {schedule.referral && ` · ${t("referral")}`}
        </span>
      </p>
      <ul className="plain-list times">
        {times.map((time) => (
          <li key={time.start}>
            <button
              type="button"
              className="button button-secondary"
              aria-label={`${visitTime(time.start, time.zone)}, ${visitDay(time.start, time.zone)}, ${schedule.doctor}`}
              onClick={() => choose(time)}
            >
              {visitTime(time.start, time.zone)}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

const t = dictionary({
  ru: { referral: "нужно направление" },
  en: { referral: "with a referral" },
});
