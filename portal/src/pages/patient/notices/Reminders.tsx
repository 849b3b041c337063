import { Link } from "wouter";
import { api } from "../../../api/client";
import { useRead } from "../../../api/queries";
import { typed } from "../../../api/typed";
import { useCardId, useMe } from "../../../app/session";
import { dictionary } from "../../../i18n";
import { dayAndTime } from "../../../i18n/dates";
import { useKinds } from "../../../records/access";
import { Empty, Page, Shown, Tag } from "../../../ui";
import { Because, ExtraReminders } from "./ExtraReminders";
import { placeOf } from "./places";
import type { Reminder } from "./shapes";
import { t as words } from "./words";

const KNOWN = [
  "visit",
  "visit-extra",
  "test",
  "intake",
  "vaccination",
  "consent",
  "representation",
  "representation-age",
  "prescription-expiry",
] as const;

/** What one will be reminded of, the soonest first. */
export default function Reminders() {
  const me = useMe();
  const cardId = useCardId();
  const kinds = useKinds().data ?? [];
  const found = useRead(["reminder-list", cardId], () => typed<{ items: Reminder[] }>(api.GET("/api/v1/me/reminders")));
  return (
    <Page title={t("title")} lead={t("lead")} up={{ to: "/notices", label: words("notices") }} width="text">
      <Shown of={found}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={t("none")}>
              <p>{t("noneWhy")}</p>
            </Empty>
          ) : (
            <ul className="plain-list list" aria-label={t("title")}>
              {items.map((reminder) => {
                const place = placeOf(reminder.about, me.role, kinds);
                const name = NAMES(KNOWN.find((known) => known === reminder.topic) ?? "other");
                return (
                  <li key={`${reminder.topic}/${reminder.when}/${reminder.about.id ?? ""}`} className="list-item">
                    <div className="row-between">
                      {place ? <Link href={place}>{name}</Link> : <p>{name}</p>}
                      {reminder.muted && <Tag>{t("muted")}</Tag>}
                    </div>
                    <p className="quiet">{t("at", { when: dayAndTime(reminder.when) })}</p>
                    {reminder.because && <Because because={reminder.because} />}
                  </li>
                );
              })}
            </ul>
          )
        }
      </Shown>
      <ExtraReminders />
    </Page>
  );
}

const t = dictionary({
  ru: {
    title: "Напоминания",
    lead: "О чём мы вам напомним, ближайшее первым.",
    none: "Напоминаний пока нет",
    noneWhy:
      "Мы напомним о записи к врачу, назначенном анализе, прививке и приёме лекарств, когда они появятся в карте.",
    at: "Напомним: {when}",
    muted: "без звука: вы отключили это напоминание",
  },
  en: {
    title: "Reminders",
    lead: "What we will remind you of, the soonest first.",
    none: "There are no reminders yet",
    noneWhy: "We remind you of visits, tests, vaccinations and medicines once they are in your card.",
    at: "We remind you: {when}",
    muted: "silent: you switched this one off",
  },
});

const NAMES = dictionary<(typeof KNOWN)[number] | "other">({
  ru: {
    visit: "Приём у врача",
    "visit-extra": "Приём у врача: ещё одно напоминание",
    test: "Назначенный анализ или исследование",
    intake: "Принять лекарство",
    vaccination: "Прививка по календарю",
    consent: "Заканчивается согласие на доступ к карте",
    representation: "Заканчивается представительство",
    "representation-age": "Ребёнок достигает возраста, когда решает сам",
    "prescription-expiry": "Заканчивается срок рецепта",
    other: "Напоминание",
  },
  en: {
    visit: "A visit to the doctor",
    "visit-extra": "A visit to the doctor: one more reminder",
    test: "A test that was ordered",
    intake: "Taking a medicine",
    vaccination: "A vaccination of the calendar",
    consent: "A consent to see the card ends",
    representation: "A representation ends",
    "representation-age": "A child comes of the age to decide",
    "prescription-expiry": "A prescription ends",
    other: "Reminder",
  },
});
