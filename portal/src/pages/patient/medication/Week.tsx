import { useMe } from "../../../app/session";
import { shortDay } from "../../../i18n/dates";
import { More, Section, Table } from "../../../ui";
import { intakesOn, type MarkedDay, type Statement } from "./shapes";
import { t } from "./words";
import { dayIn, dayPlus } from "./zones";

const DAYS = 7;

type Counted = { day: string; planned: number; taken: number; skipped: number };

function counted(day: string, statements: readonly Statement[], marked: readonly MarkedDay[], zone: string): Counted {
  const due = intakesOn(day, statements, marked, zone).filter(({ when, state }) => state || Date.parse(when) <= Date.now());
  const of = (wanted: string) => due.filter(({ state }) => state === wanted).length;
  return { day, planned: due.length, taken: of("taken"), skipped: of("skipped") };
}

/** How the last days went, in one sentence; a mark is the person's word, nothing is judged by it. */
export function Week({ statements, marked }: { statements: readonly Statement[]; marked: readonly MarkedDay[] }) {
  const { zone } = useMe();
  const days = Array.from({ length: DAYS }, (_, back) => counted(dayPlus(dayIn(zone), -back), statements, marked, zone));
  const sum = (of: keyof Omit<Counted, "day">) => days.reduce((all, one) => all + one[of], 0);
  const [planned, taken, skipped] = [sum("planned"), sum("taken"), sum("skipped")];
  if (planned === 0) return null;
  const open = planned - taken - skipped;
  const parts = [
    t("weekSum", { n: planned, taken }),
    ...(skipped ? [t("weekSkipped", { n: skipped })] : []),
    ...(open ? [t("weekOpen", { n: open })] : []),
  ];
  return (
    <Section title={t("week")}>
      {taken + skipped === 0 ? (
        <p>{t("weekNone")}</p>
      ) : (
        <>
          <p>{parts.join(", ")}.</p>
          <More title={t("day")}>
            <Table
              caption={t("week")}
              rows={days}
              keyOf={(one) => one.day}
              columns={[
                { title: t("day"), of: (one) => shortDay(one.day) },
                { title: t("planned"), of: (one) => one.planned, number: true },
                { title: t("taken"), of: (one) => one.taken, number: true },
                { title: t("skipped"), of: (one) => one.skipped, number: true },
              ]}
            />
          </More>
        </>
      )}
    </Section>
  );
}
