/** The lines of the log about a finding or an emergency. Each look is an entry itself, so they are read only when asked for. */
import { useState } from "react";
import { Button } from "../../../ui";
import { LogLines } from "./LogLines";
import { t } from "./words";

const BEFORE = 60_000; // milliseconds: entries enter the log a little later than they happened
const AFTER = 10 * 60_000;

type Props = { patient: string; actor: string; from: string; to: string; marked: readonly string[] };

const moved = (moment: string, by: number): string => new Date(Date.parse(moment) + by).toISOString();
/** The log's own subject is no person. */
const ofPerson = (id: string): string => (id === "sys" ? "" : id);

export function Evidence({ patient, actor, from, to, marked }: Props) {
  const [open, setOpen] = useState(false);
  const person = ofPerson(patient);
  if (open) {
    return <LogLines wanted={{ patient_id: person, actor_id: ofPerson(actor), from: moved(from, -BEFORE), to: moved(to, AFTER) }} marked={marked} />;
  }
  return (
    <div className="stack">
      <p>{t(person ? "evidenceSeen" : "evidenceAll")}</p>
      <div>
        <Button kind="secondary" onPress={() => setOpen(true)}>
          {t("showLines")}
        </Button>
      </div>
    </div>
  );
}
