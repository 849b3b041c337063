import { api } from "../../../api/client";
import { useRead } from "../../../api/queries";
import { typed } from "../../../api/typed";
import { useCardId } from "../../../app/session";
import { dictionary } from "../../../i18n";
import { Empty, Section, Shown } from "../../../ui";
import type { Wanted } from "./FreeTimes";
import type { Appointment } from "./shapes";
import "./appointments.css";

type Specialties = { items: { code: string; name: string; schedules: number }[] };

/** Doctors of earlier visits first: most people come again. Then the specialties that can be booked. */
export function ChooseDoctor({ choose }: { choose: (wanted: Wanted) => void }) {
  const found = useRead(["specialty-list"], () => typed<Specialties>(api.GET("/api/v1/specialties")));
  return (
    <>
      <Again choose={choose} />
      <Section title={t("specialty")}>
        <Shown of={found}>
          {({ items }) =>
            items.length === 0 ? (
              <Empty title={t("none")}>
                <p>{t("noneWhy")}</p>
              </Empty>
            ) : (
              <div className="big-choices">
                {items.map(({ code, name, schedules }) => (
                  <button
                    key={code}
                    type="button"
                    className="big-choice"
                    onClick={() => choose({ specialty: code, name })}
                  >
                    <strong>{name}</strong>
                    <span className="quiet">{t("doctors", { n: schedules })}</span>
                  </button>
                ))}
              </div>
            )
          }
        </Shown>
      </Section>
    </>
  );
}

const LOOKED_AT = 20; // appointments before now among which the doctors are looked for
const MOST_DOCTORS = 3;

function Again({ choose }: { choose: (wanted: Wanted) => void }) {
  const cardId = useCardId();
  const found = useRead(["appointment-list", cardId, "again"], () =>
    typed<{ items: Appointment[] }>(
      api.GET("/api/v1/me/appointments", { params: { query: { which: "all", limit: LOOKED_AT } } }),
    ),
  );
  const visits = (found.data?.items ?? []).filter(({ doctor }) => doctor);
  const doctors = [...new Map(visits.map((visit) => [visit.schedule_id, visit])).values()].slice(0, MOST_DOCTORS);
  if (!doctors.length) return null;
  return (
    <Section title={t("again")}>
      <div className="big-choices">
        {doctors.map(({ schedule_id, specialty, doctor = "", position }) => (
          <button
            key={schedule_id}
            type="button"
            className="big-choice"
            onClick={() => choose({ specialty, name: doctor, scheduleId: schedule_id })}
          >
            <strong>{doctor}</strong>
            <span className="quiet">{position}</span>
          </button>
        ))}
      </div>
    </Section>
  );
}

const t = dictionary({
  ru: {
    again: "К вашему врачу",
    specialty: "К врачу по специальности",
    doctors: {
      one: "{n} врач принимает",
      few: "{n} врача принимают",
      many: "{n} врачей принимают",
      other: "{n} врача принимают",
    },
    none: "Через портал сейчас записаться не к кому",
    noneWhy: "Клиники ещё не открыли расписание. Позвоните в регистратуру своей клиники.",
  },
  en: {
    again: "Your doctors",
    specialty: "By specialty",
    doctors: { one: "{n} doctor", other: "{n} doctors" },
    none: "Nobody can be booked here now",
    noneWhy: "The clinics have opened no schedules yet. Call the reception of your clinic.",
  },
});
