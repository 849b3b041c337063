import { api } from "../../../api/client";
import { useChange } from "../../../api/queries";
import { dayAndTime } from "../../../i18n/dates";
import { enqueue } from "../../../offline/outbox";
import { Button, ProblemBox, say, Tag } from "../../../ui";
import { nameOf } from "../prescriptions/shapes";
import { INTAKES } from "./reading";
import { mayMark, opensAt, type Intake, type Mark } from "./shapes";
import { t } from "./words";

const URL = "/api/v1/me/intakes";

/** Sends a mark, or keeps it on the device until there is a connection: a later word on the same intake replaces it. */
async function mark(body: Mark): Promise<"sent" | "kept"> {
  try {
    await api.POST(URL, { body });
    return "sent";
  } catch (thrown) {
    if (!(thrown as { offline?: boolean }).offline) throw thrown;
    await enqueue({ url: URL, method: "POST", body, kind: "intake", title: t("intakeTitle", { moment: dayAndTime(body.when) }) });
    return "kept";
  }
}

export function IntakeLine({ intake }: { intake: Intake }) {
  const { statement, time, when, state } = intake;
  const drug = nameOf(statement.body.drug);
  const change = useChange(
    (wanted: Mark["state"]) => mark({ medication_statement: statement.id, when, state: wanted }),
    [[INTAKES]],
  );
  const set = (wanted: Mark["state"]) =>
    change.mutate(wanted, { onSuccess: (went) => say(t(went === "sent" ? "saved" : "savedHere")) });
  const shown = change.isPending ? change.variables : state;
  const now = Date.now();
  return (
    <>
      <div className="row-between">
        <p>
          <strong className="number">{time}</strong> {drug}
        </p>
        {shown && <Tag tone={shown === "taken" ? "good" : "warn"}>{t(`marked-${shown}`)}</Tag>}
      </div>
      <p className="quiet">{statement.body.dosage}</p>
      {change.error && <ProblemBox problem={change.error} />}
      {mayMark(when, now) ? (
        <div className="row">
          {(["taken", "skipped"] as const).map((wanted) => (
            <Button
              key={wanted}
              kind={shown === wanted ? "primary" : "secondary"}
              pressed={shown === wanted}
              busy={change.isPending}
              label={t(`${wanted}Of`, { drug, time })}
              onPress={() => set(wanted)}
            >
              {t(wanted)}
            </Button>
          ))}
          {!shown && Date.parse(when) < now && <span className="quiet">{t("late")}</span>}
        </div>
      ) : (
        <p className="quiet">{t("opens", { moment: dayAndTime(opensAt(when)) })}</p>
      )}
    </>
  );
}
