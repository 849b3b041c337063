import { Link } from "wouter";
import { Tag } from "../../../ui";
import { isOpen, type Appointment } from "./shapes";
import { pastMoment, visitDay, visitTime } from "./times";
import { t, whyWords } from "./words";

const TONES = { booked: "good", arrived: "info", fulfilled: "quiet", cancelled: "quiet", noshow: "warn" } as const;

export function VisitTag({ visit }: { visit: Appointment }) {
  if (visit.displaced && visit.state === "booked") return <Tag tone="warn">{t("displaced")}</Tag>;
  return <Tag tone={TONES[visit.state]}>{t(visit.state)}</Tag>;
}

/** "врач-терапевт Петров Пётр Петрович": people know a visit by its doctor. */
export function DoctorWords({ visit }: { visit: { doctor?: string; position?: string } }) {
  return (
    <>
      {visit.doctor}
      {visit.position && <span className="quiet"> {visit.position}</span>}
    </>
  );
}

/** One visit in a list; when it is stands largest. */
export function VisitCard({ visit }: { visit: Appointment }) {
  const moment = isOpen(visit)
    ? `${visitDay(visit.start, visit.zone)}, ${visitTime(visit.start, visit.zone)}`
    : pastMoment(visit.start, visit.zone);
  return (
    <>
      <div className="row-between">
        <Link href={`/appointments/${visit.id}`} className="visit-when">
          {moment}
        </Link>
        <VisitTag visit={visit} />
      </div>
      <p>
        <DoctorWords visit={visit} />
      </p>
      {isOpen(visit) && visit.room && <p className="quiet">{t("roomOf", { room: visit.room })}</p>}
      {whyWords(visit) && <p className="quiet">{whyWords(visit)}</p>}
    </>
  );
}
