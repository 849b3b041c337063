import { useState } from "react";
import { api } from "../../../api/client";
import { useChange } from "../../../api/queries";
import { ifMatch } from "../../../api/typed";
import { useCardId, useMe } from "../../../app/session";
import { day, dayAndTime } from "../../../i18n/dates";
import { Button, Checkbox, Confirm, ProblemBox, say, Tag } from "../../../ui";
import { nameOf } from "../prescriptions/shapes";
import { REMINDERS, STATEMENTS } from "./reading";
import { isTaken, type Statement } from "./shapes";
import { t } from "./words";
import { dayIn } from "./zones";

type Reminder = { when: string; muted?: boolean };

export function Medicine({ one, reminder }: { one: Statement; reminder?: Reminder | undefined }) {
  const { body } = one;
  const own = one.source === "patient" || one.author.role === "patient" || one.author.role === "representative";
  return (
    <>
      <div className="row-between">
        <h3>{nameOf(body.drug)}</h3>
        {body.status === "on-hold" && <Tag tone="warn">{t("onHold")}</Tag>}
        {own && <Tag>{t("own")}</Tag>}
      </div>
      <p>{[body.dosage, hours(body.intake)].filter(Boolean).join(". ")}</p>
      <p className="quiet">
        {[
          body.ended_on ? t("between", { from: day(body.started_on), to: day(body.ended_on) }) : t("since", { date: day(body.started_on) }),
          body.prescriber ? t("by", { name: body.prescriber }) : "",
        ]
          .filter(Boolean)
          .join(" · ")}
      </p>
      {body.reason && <p className="quiet">{t("reason", { text: body.reason.text ?? "" })}</p>}
      {body.note && <p>{body.note}</p>}
      {reminder && <Remind statementId={one.id} reminder={reminder} />}
      {own && isTaken(one) && <Stop one={one} />}
    </>
  );
}

/** «08:00, 20:00, каждый день, во время еды» */
function hours(intake: Statement["body"]["intake"]): string {
  if (!intake?.times?.length) return "";
  const dose = intake.dose ? t("dose", { dose: String(intake.dose), unit: intake.unit ?? "" }) : "";
  return [intake.times.join(", "), t("every", { n: intake.every_days ?? 1 }), dose, t(intake.food ?? "any")].filter(Boolean).join(", ");
}

function Remind({ statementId, reminder }: { statementId: string; reminder: Reminder }) {
  const on = !reminder.muted;
  const change = useChange(
    (wanted: boolean) =>
      api.PUT("/api/v1/me/intakes/{statement_id}/reminders", {
        params: { path: { statement_id: statementId } },
        body: { muted: !wanted },
      }),
    [[REMINDERS]],
  );
  return (
    <>
      <Checkbox
        name="remind"
        label={t("remind")}
        hint={on ? t("remindNext", { moment: dayAndTime(reminder.when) }) : t("remindOff")}
        value={change.isPending ? change.variables : on}
        onChange={(wanted) => change.mutate(wanted, { onSuccess: () => say(t(wanted ? "remindOn" : "remindOff")) })}
      />
      {change.error && <ProblemBox problem={change.error} />}
    </>
  );
}

function Stop({ one }: { one: Statement }) {
  const cardId = useCardId();
  const { zone } = useMe();
  const [asked, setAsked] = useState(false);
  const stop = useChange(
    () =>
      api.PUT("/api/v1/patients/{patient_id}/medication-statements/{record_id}", {
        params: { path: { patient_id: cardId, record_id: one.id } },
        headers: ifMatch(one.version),
        body: { ...one.body, status: "stopped", ended_on: dayIn(zone) },
      }),
    [[STATEMENTS], [REMINDERS]],
  );
  const yes = () => stop.mutate(undefined, { onSuccess: () => say(t("stopped")), onSettled: () => setAsked(false) });
  return (
    <>
      {stop.error && <ProblemBox problem={stop.error} />}
      <div>
        <Button kind="plain" label={t("stopOf", { drug: nameOf(one.body.drug) })} onPress={() => setAsked(true)}>
          {t("stop")}
        </Button>
      </div>
      <Confirm title={t("stopTitle")} open={asked} yes={t("stop")} busy={stop.isPending} onYes={yes} onClose={() => setAsked(false)}>
        {t("stopWhy")}
      </Confirm>
    </>
  );
}
