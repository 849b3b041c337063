import { useState } from "react";
import { api } from "../../../api/client";
import { useChange } from "../../../api/queries";
import { ifMatch, typed } from "../../../api/typed";
import { dictionary } from "../../../i18n";
import { Button, Confirm, ProblemBox, say } from "../../../ui";
import { visitsChanged } from "./changes";
import type { Appointment } from "./shapes";
import { visitMoment } from "./times";

export function Cancel({ visit }: { visit: Appointment }) {
  const [asked, setAsked] = useState(false);
  const cancel = useChange(() =>
    typed<Appointment>(
      api.POST("/api/v1/me/appointments/{appointment_id}/cancellation", {
        params: { path: { appointment_id: visit.id } },
        headers: ifMatch(visit.version),
      }),
    ),
  );
  const yes = () =>
    cancel.mutate(undefined, {
      onSuccess: (after) => {
        say(t("done"));
        visitsChanged(after);
      },
    });
  return (
    <>
      <Button kind="danger" onPress={() => setAsked(true)}>
        {t("cancel")}
      </Button>
      <Confirm
        danger
        title={t("sure")}
        yes={t("yes")}
        no={t("no")}
        open={asked}
        busy={cancel.isPending}
        onYes={yes}
        onClose={() => setAsked(false)}
      >
        <div className="stack">
          {cancel.error && <ProblemBox problem={cancel.error} />}
          <p>{t("what", { when: visitMoment(visit.start, visit.zone), doctor: visit.doctor ?? "" })}</p>
          <p>{t("then")}</p>
        </div>
      </Confirm>
    </>
  );
}

const t = dictionary({
  ru: {
    cancel: "Отменить запись",
    sure: "Отменить запись?",
    yes: "Да, отменить",
    no: "Нет, оставить",
    what: "{when}. {doctor}.",
    then: "Это время сразу предложат другому человеку. Вернуть его может не получиться. Если нужен другой день, лучше перенесите запись.",
    done: "Запись отменена",
  },
  en: {
    cancel: "Cancel the visit",
    sure: "Cancel the visit?",
    yes: "Yes, cancel",
    no: "No, keep it",
    what: "{when}. {doctor}.",
    then: "This time is offered to somebody else at once, and you may not get it back. If another day suits you, move the visit instead.",
    done: "The visit is cancelled",
  },
});
