import { dictionary } from "../../../i18n";
import { Confirm, Facts, ProblemBox } from "../../../ui";
import type { Alternative, Appointment } from "./shapes";
import { visitMoment } from "./times";
import { useMove } from "./useMove";

/** The last look before a visit is moved: from when, to when, with whom. */
export function ConfirmMove({
  visit,
  time,
  close,
}: {
  visit: Appointment;
  time: Alternative | null;
  close: () => void;
}) {
  const move = useMove(visit, t("moved"));
  const leave = () => {
    move.reset();
    close();
  };
  return (
    <Confirm
      title={t("sure")}
      yes={t("yes")}
      open={time !== null}
      busy={move.busy}
      onYes={() => time && move.to(time)}
      onClose={leave}
    >
      {time && (
        <div className="stack">
          {move.problem && <ProblemBox problem={move.problem} />}
          <Facts
            facts={[
              [t("was"), visitMoment(visit.start, visit.zone)],
              [t("becomes"), visitMoment(time.start, time.zone)],
              [t("doctor"), `${time.doctor}, ${time.position}`],
            ]}
          />
        </div>
      )}
    </Confirm>
  );
}

const t = dictionary({
  ru: {
    sure: "Перенести запись?",
    yes: "Да, перенести",
    was: "Было",
    becomes: "Станет",
    doctor: "Врач",
    moved: "Запись перенесена",
  },
  en: {
    sure: "Move the visit?",
    yes: "Yes, move it",
    was: "It was",
    becomes: "It will be",
    doctor: "Doctor",
    moved: "The visit was moved",
  },
});
