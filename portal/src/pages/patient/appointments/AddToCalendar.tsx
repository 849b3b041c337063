import { dictionary } from "../../../i18n";
import { Button } from "../../../ui";
import { offer } from "../../../ui/download";
import { calendarFile } from "./ics";
import type { Appointment } from "./shapes";

/** A file that any calendar opens. It says when, and nothing of the doctor: others may see a calendar. */
export function AddToCalendar({ visit }: { visit: Appointment }) {
  const press = () => offer(new Blob([calendarFile(visit, t("visit"), t("more"))], { type: "text/calendar" }), "visit.ics");
  return (
    <Button kind="secondary" onPress={press}>
      {t("add")}
    </Button>
  );
}

const t = dictionary({
  ru: { add: "Добавить в календарь", visit: "Приём", more: "К кому и куда прийти, показывает Медкарта." },
  en: { add: "Add to calendar", visit: "Visit", more: "Medkarta shows with whom and where." },
});
