import { DateField, TextField, type FieldProps } from "../../ui";
import { formWords as t } from "./words";

const MIDNIGHT = "00:00"; // stands where only the day is known

type Props = FieldProps & { label: string; hint?: string; optional?: boolean };

/** A day, and its time where it is known: without one the day alone counts. An offset that was given stays. */
export function MomentField({ name, value, onChange, error, label, hint, optional }: Props) {
  const [day = "", rest = ""] = value.split("T");
  const [, clock = "", offset = ""] = /^([\d:.]*)(Z|[+-]\d{2}:\d{2})?$/.exec(rest) ?? [];
  const joined = (date: string, time: string) => (date ? `${date}T${time || MIDNIGHT}${offset}` : "");
  const time = clock.startsWith(MIDNIGHT) ? "" : clock.slice(0, MIDNIGHT.length);
  return (
    <div className="stack-tight">
      <DateField name={name} label={label} value={day} error={error ?? ""} hint={hint} optional={optional ?? false} onChange={(date) => onChange(joined(date, time))} />
      <TextField
        name={`${name}-time`}
        label={t("time")}
        hint={t("timeHint")}
        inputMode="numeric"
        width="short"
        maxLength={MIDNIGHT.length}
        optional
        value={time}
        disabled={!day}
        onChange={(to) => onChange(joined(day, to.replace(/[^\d:]/g, "").replace(/^(\d{2})(\d)/, "$1:$2")))}
      />
    </div>
  );
}
