import { useMemo, useState } from "react";
import { api } from "../../../api/client";
import { usePages, useRead } from "../../../api/queries";
import { typed } from "../../../api/typed";
import { today } from "../../../i18n/dates";
import { dictionary } from "../../../i18n";
import { Button, Empty, Loading, ProblemBox, Select } from "../../../ui";
import { commonWords } from "../../../ui/words";
import type { FreeTime, Schedule } from "./shapes";
import { TimesOfDays } from "./TimesOfDays";
import { WaitLink } from "./WaitLink";
import "./appointments.css";

/** Whom one wants to see: any doctor of a specialty, or one. `name` is said on the page. */
export type Wanted = { specialty: string; name: string; scheduleId?: string; organisation?: string };

type Props = { wanted: Wanted; choose: (time: FreeTime) => void };
type Slots = { items: { start: string; end: string; zone: string }[]; next?: string };
type Times = { items: FreeTime[]; next?: string; waiting_list?: boolean };

const WEEKS = [0, 1, 2, 4] as const;
const PAGE = 60; // free times at once: some days of one doctor
const LONGEST = 30; // days that one question about a doctor's times may span

const later = (days: number): string => {
  const day = new Date(`${today()}T12:00:00Z`);
  day.setUTCDate(day.getUTCDate() + days);
  return day.toISOString().slice(0, 10);
};

/** Free times as a list, the nearest first; whom and from when can be narrowed above it, and applies at once. */
export function FreeTimes({ wanted, choose }: Props) {
  const [doctor, setDoctor] = useState(wanted.scheduleId ?? "");
  const [weeks, setWeeks] = useState(0);
  const query = { specialty: wanted.specialty, ...(wanted.organisation ? { organisation: wanted.organisation } : {}) };
  const schedules = useRead(["schedule-list", wanted.specialty, wanted.organisation ?? ""], () =>
    typed<{ items: Schedule[] }>(api.GET("/api/v1/schedules", { params: { query: { ...query, limit: 100 } } })),
  );
  const doctors = useMemo(() => schedules.data?.items ?? [], [schedules.data]);
  const found = useTimes(
    wanted,
    doctors.find(({ schedule_id }) => schedule_id === doctor),
    weeks,
    doctor,
  );
  return (
    <>
      {doctors.length > 1 && (
        <Select
          name="doctor"
          label={t("doctor")}
          value={doctor}
          onChange={setDoctor}
          empty={t("anyDoctor")}
          choices={doctors.map((one) => ({ value: one.schedule_id, label: `${one.doctor}, ${one.organisation.name}` }))}
        />
      )}
      <div className="weeks" role="group" aria-label={t("from")}>
        {WEEKS.map((n) => (
          <Button key={n} kind="secondary" pressed={weeks === n} onPress={() => setWeeks(n)}>
            {n === 0 ? t("soonest") : t("weeks", { n })}
          </Button>
        ))}
      </div>
      <p className="quiet">{t("nearestFirst")}</p>
      {found.loading && <Loading />}
      {found.problem && <ProblemBox problem={found.problem} retry={found.again} />}
      {found.none && (
        <Empty title={t("none")}>
          <p>{t("noneWhy")}</p>
        </Empty>
      )}
      <TimesOfDays times={found.times} choose={choose} />
      {found.more && (
        <div>
          <Button kind="secondary" busy={found.loadingMore} onPress={found.readMore}>
            {commonWords("more")}
          </Button>
        </div>
      )}
      {!found.loading && <WaitLink wanted={wanted} doctors={doctors} scheduleId={doctor} />}
    </>
  );
}

/** Times of one doctor where one is chosen, else of all of the specialty. */
function useTimes(wanted: Wanted, schedule: Schedule | undefined, weeks: number, chosen: string) {
  const from = later(weeks * 7);
  const organisation = wanted.organisation ? { organisation: wanted.organisation } : {};
  const all = usePages(
    ["free-slot-list", wanted.specialty, wanted.organisation ?? "", from],
    (query) =>
      typed<Times>(
        api.GET("/api/v1/free-slots", {
          params: { query: { ...query, ...organisation, specialty: wanted.specialty, from } },
        }),
      ),
    { wanted: !chosen, limit: PAGE },
  );
  const own = usePages(
    ["schedule-slots", schedule?.schedule_id ?? "", from],
    (query) =>
      typed<Slots>(
        api.GET("/api/v1/schedules/{schedule_id}/slots", {
          params: {
            path: { schedule_id: schedule?.schedule_id ?? "" },
            query: { ...query, from, to: later(weeks * 7 + LONGEST) },
          },
        }),
      ),
    { wanted: schedule !== undefined, limit: PAGE },
  );
  const read = chosen ? own : all;
  const times: FreeTime[] = chosen ? (schedule ? own.items.map((slot) => ({ ...slot, schedule })) : []) : all.items;
  const loading = chosen ? !schedule || own.loading : all.loading;
  return { ...read, times, loading, none: !loading && !read.problem && times.length === 0 && !read.more };
}

const t = dictionary({
  ru: {
    doctor: "Врач",
    anyDoctor: "Любой врач",
    from: "С какого времени показывать",
    soonest: "Ближайшие",
    weeks: { one: "Через неделю", few: "Через {n} недели", many: "Через {n} недель", other: "Через {n} недели" },
    nearestFirst: "Свободное время, ближайшее первым. Нажмите на время, чтобы выбрать его.",
    none: "Свободного времени нет",
    noneWhy:
      "Все приёмы в эти дни заняты. Выберите другие недели или встаньте в лист ожидания: когда время освободится, мы предложим его вам.",
  },
  en: {
    doctor: "Doctor",
    anyDoctor: "Any doctor",
    from: "From when",
    soonest: "Soonest",
    weeks: { one: "In a week", other: "In {n} weeks" },
    nearestFirst: "Free times, the nearest first. Press a time to choose it.",
    none: "There is no free time",
    noneWhy:
      "All times of these days are taken. Choose other weeks, or join the waiting list: when a time comes free we offer it to you.",
  },
});
