import { useState } from "react";
import { api } from "../../../api/client";
import { useChange, useRead } from "../../../api/queries";
import { typed } from "../../../api/typed";
import { dictionary } from "../../../i18n";
import { day } from "../../../i18n/dates";
import { Button, Confirm, ProblemBox, say, Tag } from "../../../ui";
import { visitsChanged } from "./changes";
import { Offer } from "./Offer";
import type { Schedule, WaitingEntry } from "./shapes";
import { visitMoment } from "./times";
import { partName, weekdayName } from "./wishes";

const TONES = { waiting: "info", offered: "warn", booked: "good", left: "quiet", ended: "quiet" } as const;

const WHY = { until: "lastDay", lapsed: "lapsed", "booked-otherwise": "bookedOtherwise" } as const;

/** One thing that is waited for. */
export function Entry({ entry }: { entry: WaitingEntry }) {
  const schedule = useSchedule(entry);
  const open = entry.state === "waiting" || entry.state === "offered";
  const wishes = [...entry.weekdays.map(weekdayName), ...entry.parts.map((part) => partName(part))].join(", ");
  return (
    <>
      <div className="row-between">
        <h3>{nameOf(entry, schedule)}</h3>
        <Tag tone={TONES[entry.state]}>{t(entry.state)}</Tag>
      </div>
      {schedule && <p className="quiet">{schedule.organisation.name}</p>}
      {entry.offer && (
        <Offer
          entry={entry}
          offer={entry.offer}
          referral={schedule?.referral ?? false}
          doctor={schedule?.doctor ?? ""}
        />
      )}
      {open && (
        <>
          <p>{t("until", { day: day(entry.last) })}</p>
          <p>{wishes ? t("wishes", { wishes }) : t("anyTime")}</p>
          {entry.state === "waiting" && <Ahead entry={entry} />}
        </>
      )}
      {entry.booked && <p>{visitMoment(entry.booked.start, entry.booked.zone)}</p>}
      {entry.state === "ended" && entry.why && <p className="quiet">{t(WHY[entry.why])}</p>}
      {open && <Leave entry={entry} />}
    </>
  );
}

const nameOf = (entry: WaitingEntry, schedule: Schedule | undefined): string => {
  if (!schedule) return t("someDoctor");
  return entry.schedule_id
    ? `${schedule.doctor}, ${schedule.position}`
    : t("anyOf", { specialty: schedule.specialty.name });
};

/** The schedule that is waited for, or one of the specialty in the clinic: it says their names. */
function useSchedule({ schedule_id, specialty, organisation }: WaitingEntry): Schedule | undefined {
  const own = useRead(
    ["schedule-read", schedule_id ?? ""],
    () =>
      typed<Schedule>(
        api.GET("/api/v1/schedules/{schedule_id}", { params: { path: { schedule_id: schedule_id ?? "" } } }),
      ),
    { wanted: schedule_id !== undefined },
  );
  const like = useRead(
    ["schedule-list", specialty, organisation, "one"],
    () =>
      typed<{ items: Schedule[] }>(
        api.GET("/api/v1/schedules", { params: { query: { specialty, organisation, limit: 1 } } }),
      ),
    { wanted: schedule_id === undefined },
  );
  return own.data ?? like.data?.items[0];
}

function Ahead({ entry }: { entry: WaitingEntry }) {
  const [asked, setAsked] = useState(false);
  const found = useRead(
    ["waiting-entry-read", entry.id],
    () =>
      typed<{ ahead?: number }>(
        api.GET("/api/v1/me/waiting-list/{entry_id}", { params: { path: { entry_id: entry.id } } }),
      ),
    { wanted: asked },
  );
  if (found.error) return <ProblemBox problem={found.error} retry={() => void found.refetch()} />;
  if (found.data) return <p role="status">{found.data.ahead ? t("ahead", { n: found.data.ahead }) : t("first")}</p>;
  return (
    <div>
      <Button kind="plain" busy={asked} onPress={() => setAsked(true)}>
        {t("askAhead")}
      </Button>
    </div>
  );
}

function Leave({ entry }: { entry: WaitingEntry }) {
  const [asked, setAsked] = useState(false);
  const leave = useChange(() =>
    api.DELETE("/api/v1/me/waiting-list/{entry_id}", { params: { path: { entry_id: entry.id } } }),
  );
  const yes = () =>
    leave.mutate(undefined, {
      onSuccess: () => {
        setAsked(false);
        say(t("leftSaid"));
        visitsChanged();
      },
    });
  return (
    <div>
      <Button kind="plain" onPress={() => setAsked(true)}>
        {t("leave")}
      </Button>
      <Confirm
        danger
        title={t("leaveSure")}
        yes={t("leaveYes")}
        open={asked}
        busy={leave.isPending}
        onYes={yes}
        onClose={() => setAsked(false)}
      >
        {leave.error && <ProblemBox problem={leave.error} />}
        <p>{t("leaveWhat")}</p>
      </Confirm>
    </div>
  );
}

const t = dictionary({
  ru: {
    waiting: "Вы ждёте",
    offered: "Вам предлагают время",
    booked: "Вы записались",
    left: "Вы вышли из очереди",
    ended: "Ожидание закончено",
    bookedOtherwise: "Вы записались к такому врачу сами.",
    lastDay: "Прошёл последний день, который вам подходил.",
    lapsed: "Три предложения подряд остались без ответа.",
    someDoctor: "Врач",
    anyOf: "Любой врач: {specialty}",
    until: "Ждём до {day}",
    wishes: "Подойдёт: {wishes}.",
    anyTime: "Подойдёт любое время.",
    askAhead: "Сколько человек передо мной?",
    ahead: {
      one: "Перед вами {n} человек.",
      few: "Перед вами {n} человека.",
      many: "Перед вами {n} человек.",
      other: "Перед вами {n} человека.",
    },
    first: "Вы первые в очереди.",
    leave: "Больше не ждать",
    leaveSure: "Выйти из листа ожидания?",
    leaveYes: "Да, выйти",
    leaveWhat: "Ваше место в очереди не сохранится.",
    leftSaid: "Вы вышли из листа ожидания",
  },
  en: {
    waiting: "You wait",
    offered: "A time is offered to you",
    booked: "You have booked",
    left: "You left the list",
    ended: "The waiting is over",
    bookedOtherwise: "You have booked such a doctor yourself.",
    lastDay: "The last day that suited you has passed.",
    lapsed: "Three offers in a row had no answer.",
    someDoctor: "Doctor",
    anyOf: "Any doctor: {specialty}",
    until: "Waiting until {day}",
    wishes: "What suits: {wishes}.",
    anyTime: "Any time suits.",
    askAhead: "How many wait before me?",
    ahead: { one: "{n} person waits before you.", other: "{n} people wait before you." },
    first: "You are the first in the line.",
    leave: "Wait no more",
    leaveSure: "Leave the waiting list?",
    leaveYes: "Yes, leave",
    leaveWhat: "Your place in the line is not kept.",
    leftSaid: "You left the waiting list",
  },
});
