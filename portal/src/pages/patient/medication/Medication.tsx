import { useState } from "react";
import { useMe } from "../../../app/session";
import { Button, ButtonLink, Empty, List, More, Page, ProblemBox, Section, Shown } from "../../../ui";
import { weekday } from "../../../i18n/dates";
import { IntakeLine } from "./IntakeLine";
import { Medicine } from "./Medicine";
import { useMarkedDays, useReminders, useStatements } from "./reading";
import { intakesOn, isTaken, type MarkedDay, type Statement } from "./shapes";
import { Week } from "./Week";
import { t } from "./words";
import { dayIn, dayPlus } from "./zones";

/** What to take today comes first: this page is opened with the pill in the hand. */
export default function Medication() {
  const statements = useStatements();
  const marked = useMarkedDays();
  const reminders = useReminders();
  const taken = statements.items.filter(isTaken);
  const past = statements.items.filter((one) => !isTaken(one));
  return (
    <Page title={t("title")} lead={t("lead")} actions={<ButtonLink to="/medication/new">{t("add")}</ButtonLink>}>
      {taken.length > 0 && (
        <Shown of={marked}>
          {({ items }) => (
            <>
              <Day statements={taken} marked={items} />
              <Week statements={taken} marked={items} />
            </>
          )}
        </Shown>
      )}
      <Section title={t("now")}>
        {reminders.error && <ProblemBox problem={reminders.error} retry={() => void reminders.refetch()} />}
        <List
          of={{ ...statements, items: taken }}
          keyOf={(one) => one.id}
          label={t("now")}
          empty={
            <Empty title={t("none")}>
              <p>{t("noneHow")}</p>
            </Empty>
          }
        >
          {(one) => <Medicine one={one} reminder={reminders.of(one.id)} />}
        </List>
      </Section>
      {past.length > 0 && (
        <More title={t("past")}>
          <List of={{ ...statements, items: past, more: false }} keyOf={(one) => one.id} label={t("past")} empty={null}>
            {(one) => <Medicine one={one} />}
          </List>
        </More>
      )}
    </Page>
  );
}

const EARLIEST = -6; // what is older cannot be marked any more

function Day({ statements, marked }: { statements: readonly Statement[]; marked: readonly MarkedDay[] }) {
  const { zone } = useMe();
  const [offset, setOffset] = useState(0);
  const day = dayPlus(dayIn(zone), offset);
  const intakes = intakesOn(day, statements, marked, zone);
  const title = offset === 0 ? `${t("today")}, ${weekday(day)}` : weekday(day);
  const other = (
    <div className="row">
      <Button kind="plain" disabled={offset === EARLIEST} onPress={() => setOffset(offset - 1)}>
        ← {t("earlier")}
      </Button>
      {offset < 0 && (
        <Button kind="plain" onPress={() => setOffset(offset + 1)}>
          {t("later")} →
        </Button>
      )}
    </div>
  );
  return (
    <Section title={title} actions={other}>
      {intakes.length === 0 ? (
        <Empty title={t("noIntakes")}>{t("noIntakesHow")}</Empty>
      ) : (
        <ul className="plain-list list" aria-label={title}>
          {intakes.map((intake) => (
            <li key={intake.statement.id + intake.time} className="list-item">
              <IntakeLine intake={intake} />
            </li>
          ))}
        </ul>
      )}
      {intakes.some(({ state }) => state === "skipped") && <p className="quiet">{t("skippedHint")}</p>}
    </Section>
  );
}
