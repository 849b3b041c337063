import { Link } from "wouter";
import { api } from "../../../api/client";
import { useChange, useRead } from "../../../api/queries";
import { typed } from "../../../api/typed";
import { useCardId } from "../../../app/session";
import { dictionary, inLanguage } from "../../../i18n";
import { dayAndTime } from "../../../i18n/dates";
import { Checkbox, ProblemBox, say, Section, Shown } from "../../../ui";
import type { Extra, Why } from "./shapes";

const KEY = "reminder-extra";

/** Of which visits there is one more reminder than usual, why, and the switch. */
export function ExtraReminders() {
  const cardId = useCardId();
  const found = useRead([KEY, cardId], () => typed<Extra>(api.GET("/api/v1/me/reminders/extra")));
  return (
    <Section title={t("title")}>
      <Shown of={found}>{(extra) => (extra.available ? <Chosen extra={extra} /> : <p>{t("unavailable")}</p>)}</Shown>
    </Section>
  );
}

function Chosen({ extra }: { extra: Extra }) {
  return (
    <>
      <p>{t("what")}</p>
      <p className="quiet">{t("never")}</p>
      <Switch on={extra.on} />
      {extra.on && extra.visits.length === 0 && <p className="quiet">{t("none")}</p>}
      {extra.visits.length > 0 && (
        <ul className="plain-list list" aria-label={t("visits")}>
          {extra.visits.map((visit) => (
            <li key={visit.appointment} className="list-item">
              <Link href={`/appointments/${visit.appointment}`}>{t("visit", { when: dayAndTime(visit.start) })}</Link>
              <Because because={visit.because} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

/** Why there is one more reminder; a sum of small things has no words of its own. */
export function Because({ because }: { because: readonly Why[] }) {
  if (because.length === 0) return <p className="quiet">{t("small")}</p>;
  return <p className="quiet">{t("because", { reasons: because.map(inLanguage).join("; ") })}</p>;
}

function Switch({ on }: { on: boolean }) {
  const change = useChange(
    (wanted: boolean) => api.PUT("/api/v1/me/reminders/extra", { body: { on: wanted } }),
    [[KEY], ["reminder-list"]],
  );
  return (
    <>
      <Checkbox
        name="extra"
        label={t("switch")}
        value={change.isPending ? change.variables : on}
        onChange={(wanted) => change.mutate(wanted, { onSuccess: () => say(t(wanted ? "on" : "off")) })}
      />
      {change.error && <ProblemBox problem={change.error} />}
    </>
  );
}

const t = dictionary({
  ru: {
    title: "Дополнительное напоминание о приёме",
    what: "О некоторых приёмах мы напоминаем на один раз больше: за три дня. О каких, решает простой расчёт по вашим записям: сколько дней ждать приёма, были ли пропущенные, кто и на какое время записал.",
    never: "Больше от этого расчёта ничего не зависит: ни запись, ни очередь, ни лечение. Клиника его не видит, он не хранится и ничего не говорит о здоровье.",
    switch: "Присылать дополнительное напоминание",
    on: "Дополнительные напоминания включены",
    off: "Дополнительные напоминания отключены, ваши записи для этого больше не рассчитываются",
    none: "Сейчас среди ваших записей таких нет.",
    visits: "Приёмы с дополнительным напоминанием",
    visit: "Приём {when}",
    because: "На одно напоминание больше. Почему: {reasons}.",
    small: "На одно напоминание больше: так сложилось из нескольких мелочей.",
    unavailable: "Дополнительных напоминаний сейчас нет: приходят обычные, за день и за два часа.",
  },
  en: {
    title: "One more reminder of a visit",
    what: "Of some visits we remind you once more, three days before. Of which, a simple sum over your bookings says: how long the wait is, whether visits were missed, who booked and for what time.",
    never: "Nothing else hangs on it: no booking, no queue, no care. The clinic does not see it, it is not stored, and it says nothing about health.",
    switch: "Send me one more reminder",
    on: "Extra reminders are on",
    off: "Extra reminders are off, and nothing is computed from your bookings for them any more",
    none: "There are none among your visits now.",
    visits: "Visits with one more reminder",
    visit: "The visit of {when}",
    because: "One more reminder than usual. Why: {reasons}.",
    small: "One more reminder than usual: several small things came together.",
    unavailable: "There are no extra reminders now: the usual ones come, a day and two hours before.",
  },
});
