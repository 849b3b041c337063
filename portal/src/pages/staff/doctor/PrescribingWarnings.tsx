/** What the check of a prescription found, and the doctor's answer to it. The doctor decides and says why. */
import { Link } from "wouter";
import { kindOf, useKinds } from "../../../records";
import { Notice, Select, TextField } from "../../../ui";
import type { Warning } from "./shapes";
import { t } from "./words";

const REASONS = ["benefit-outweighs", "tolerated-before", "no-alternative", "replaces-therapy", "record-outdated", "other"] as const;

export type Answered = { reason: "" | (typeof REASONS)[number]; text: string };

const CODES = ["allergy-same-drug", "allergy-group", "allergy-cross", "duplicate-drug", "duplicate-group", "contraindicated", "not-checked"] as const;
type Code = (typeof CODES)[number];

const isCode = (code: string): code is Code => (CODES as readonly string[]).includes(code);

type Props = { warnings: readonly Warning[]; answered: Answered; onAnswer: (answered: Answered) => void; patientId: string };

export function Answer({ warnings, answered, onAnswer, patientId }: Props) {
  return (
    <section className="stack" aria-label={t("warnings")}>
      <h2>{t("warnings")}</h2>
      {warnings.map((warning) => (
        <OneWarning key={warning.key} warning={warning} patientId={patientId} />
      ))}
      <p>{t("answerWhy")}</p>
      <Select
        name="override-reason"
        label={t("answerReason")}
        empty={t("choose")}
        value={answered.reason}
        onChange={(reason) => onAnswer({ ...answered, reason: reason as Answered["reason"] })}
        choices={REASONS.map((value) => ({ value, label: t(`override-${value}`) }))}
      />
      <TextField name="override-text" label={t("answerText")} value={answered.text} onChange={(text) => onAnswer({ ...answered, text })} optional maxLength={300} />
    </section>
  );
}

const TONES = { stop: "bad", warning: "warn", notice: "info" } as const;

function OneWarning({ warning, patientId }: { warning: Warning; patientId: string }) {
  const kinds = useKinds();
  const kind = kinds.data && kindOf(kinds.data, warning.kind);
  return (
    <Notice tone={TONES[warning.severity]} title={isCode(warning.code) ? t(`warning-${warning.code}`) : warning.code} live>
      {warning.line > 0 && <span>{t("ofLine", { n: warning.line })} </span>}
      {kind && warning.id && <Link href={`/patients/${patientId}/${kind.collection}/${warning.id}`}>{t("seeRecord")}</Link>}
    </Notice>
  );
}
