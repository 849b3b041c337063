/**
 * A month to choose a day from, loaded where it is needed (React Aria): days of appointments, the ends of a filter.
 * Known dates are typed (DateField). `free` are the days that may be chosen; without it all of the range.
 */
import { CalendarDate, parseDate } from "@internationalized/date";
import { Button, Calendar as Month, CalendarCell, CalendarGrid, CalendarGridBody, CalendarGridHeader, CalendarHeaderCell, Heading, I18nProvider } from "react-aria-components";
import { currentLanguage, dictionary } from "../../i18n";
import "./calendar.css";

type Props = {
  label: string;
  /** "2026-11-12", or "" for none. */
  value: string;
  onChange: (day: string) => void;
  free?: ReadonlySet<string>;
  from?: string;
  until?: string;
};

const LOCALES = { ru: "ru-RU", en: "en-GB" } as const;
const dated = (day: string | undefined): CalendarDate | undefined => (day && /^\d{4}-\d{2}-\d{2}$/.test(day) ? parseDate(day) : undefined);

export default function Calendar({ label, value, onChange, free, from, until }: Props) {
  const ends = { minValue: dated(from), maxValue: dated(until) };
  return (
    <I18nProvider locale={LOCALES[currentLanguage()]}>
      <Month
        aria-label={label}
        className="calendar"
        value={dated(value) ?? null}
        onChange={(day) => onChange(day.toString())}
        {...(free ? { isDateUnavailable: (day) => !free.has(day.toString()) } : {})}
        {...Object.fromEntries(Object.entries(ends).filter(([, end]) => end))}
      >
        <header className="row-between">
          <Button slot="previous" className="button button-plain" aria-label={t("earlier")}>
            ←
          </Button>
          <Heading className="calendar-month" />
          <Button slot="next" className="button button-plain" aria-label={t("later")}>
            →
          </Button>
        </header>
        <CalendarGrid weekdayStyle="short" className="calendar-days">
          <CalendarGridHeader>{(name) => <CalendarHeaderCell className="calendar-name">{name}</CalendarHeaderCell>}</CalendarGridHeader>
          <CalendarGridBody>{(day) => <CalendarCell date={day} className="calendar-day" />}</CalendarGridBody>
        </CalendarGrid>
      </Month>
    </I18nProvider>
  );
}

const t = dictionary({
  ru: { earlier: "Предыдущий месяц", later: "Следующий месяц" },
  en: { earlier: "Previous month", later: "Next month" },
});
