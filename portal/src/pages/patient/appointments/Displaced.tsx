import { useState } from "react";
import { api } from "../../../api/client";
import { useRead } from "../../../api/queries";
import { typed } from "../../../api/typed";
import { dictionary } from "../../../i18n";
import { Button, Notice, Shown } from "../../../ui";
import { ConfirmMove } from "./ConfirmMove";
import type { Alternative, Alternatives, Appointment } from "./shapes";
import { visitMoment } from "./times";

/** The clinic cannot keep the time: what is near, and until when an answer is awaited. */
export function Displaced({ visit }: { visit: Appointment }) {
  const [time, setTime] = useState<Alternative | null>(null);
  const found = useRead(["appointment-alternatives", visit.id], () =>
    typed<Alternatives>(
      api.GET("/api/v1/me/appointments/{appointment_id}/alternatives", {
        params: { path: { appointment_id: visit.id } },
      }),
    ),
  );
  return (
    <Notice tone="warn" title={t("title")}>
      <div className="stack">
        <p>{t("why")}</p>
        <Shown of={found}>
          {({ items, answer_by }) => (
            <>
              {answer_by && <p>{t("answerBy", { when: visitMoment(answer_by, visit.zone) })}</p>}
              {items.length === 0 && <p>{t("none")}</p>}
              <ul className="plain-list stack-tight">
                {items.map((one) => (
                  <li key={one.schedule_id + one.start}>
                    <Button kind="secondary" onPress={() => setTime(one)}>
                      {`${visitMoment(one.start, one.zone)}, ${one.doctor}`}
                    </Button>
                  </li>
                ))}
              </ul>
            </>
          )}
        </Shown>
      </div>
      <ConfirmMove visit={visit} time={time} close={() => setTime(null)} />
    </Notice>
  );
}

const t = dictionary({
  ru: {
    title: "Клиника не сможет принять вас в это время",
    why: "Расписание изменилось. Выберите другое время из ближайших или отмените запись.",
    answerBy: "Ответьте до: {when}. Если ответа не будет, клиника отменит запись.",
    none: "Близкого свободного времени нет. Выберите другой день кнопкой «Перенести» или позвоните в клинику.",
  },
  en: {
    title: "The clinic cannot see you at this time",
    why: "The schedule has changed. Choose one of the nearest times, or cancel the visit.",
    answerBy: "Answer until: {when}. Without an answer the clinic cancels the visit.",
    none: "There is no free time near it. Choose another day with “Move”, or call the clinic.",
  },
});
