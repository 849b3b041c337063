import { Facts, Table } from "../../../ui";
import { periodWords, shown, type Name } from "./figures";
import type { Figures, OfDoctor, OfHour, OfPeriod } from "./shapes";
import { t } from "./words";

const SHORT: readonly Name[] = ["bookings", "visits", "no_shows", "cancellations", "slot_use_percent", "wait_hours"];
const OF_HOUR: readonly Name[] = ["bookings", "visits", "no_shows", "slots_offered", "slots_used", "slot_use_percent"];

const columns = (names: readonly Name[]) => names.map((name) => ({ title: t(name), of: (one: Figures) => shown(one, name), number: true }));

export function Totals({ total }: { total: Figures }) {
  const missed = total.no_show_percent === null ? shown(total, "no_shows") : `${shown(total, "no_shows")} (${t("percent", { n: total.no_show_percent })})`;
  return (
    <Facts
      facts={[
        [t("bookings"), shown(total, "bookings")],
        [t("visits"), shown(total, "visits")],
        [t("no_shows"), missed],
        [t("cancellations"), shown(total, "cancellations")],
        [t("slot_use_percent"), t("usedOf", { use: shown(total, "slot_use_percent"), used: total.slots_used, offered: total.slots_offered })],
        [t("wait_hours"), shown(total, "wait_hours")],
        [t("stay_minutes"), shown(total, "stay_minutes")],
        [t("result_hours"), total.results ? t("ofResults", { hours: shown(total, "result_hours"), n: total.results }) : shown(total, "result_hours")],
      ]}
    />
  );
}

export const ByPeriod = ({ periods }: { periods: readonly OfPeriod[] }) => (
  <Table caption={t("byPeriod")} rows={periods.toReversed()} keyOf={(one) => one.period} columns={[{ title: t("period"), of: (one) => periodWords(one.period) }, ...columns(SHORT)]} />
);

export const ByHour = ({ hours }: { hours: readonly OfHour[] }) => (
  <Table caption={t("hours")} rows={hours} keyOf={(one) => String(one.hour)} columns={[{ title: t("hour"), of: (one) => `${one.hour}:00` }, ...columns(OF_HOUR)]} />
);

export const ByDoctor = ({ doctors }: { doctors: readonly OfDoctor[] }) => (
  <Table
    caption={t("doctors")}
    rows={doctors}
    keyOf={(one) => one.member_id}
    columns={[
      { title: t("doctor"), of: (one) => one.doctor || t("unnamed") },
      { title: t("department"), of: (one) => one.department },
      ...columns(SHORT),
    ]}
  />
);
