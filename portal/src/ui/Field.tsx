/** Fields of forms on native elements. `useForm` (form.tsx) gives name, value, onChange and error. */
import { useId, type HTMLInputAutoCompleteAttribute, type ReactNode } from "react";
import { commonWords } from "./words";
import "./field.css";

export type FieldProps<T = string> = {
  name: string;
  value: T;
  onChange: (value: T) => void;
  /** The refusal in words, "" for none. */
  error?: string;
};

type Said = { label: string; hint?: ReactNode; optional?: boolean; disabled?: boolean };

/** Label, hint and error around a control; the control is described by both. */
export function Field({
  label,
  hint,
  error,
  optional,
  children,
}: Said & { error?: string | undefined; children: (ids: { id: string; describedBy: string | undefined; invalid: boolean }) => ReactNode }) {
  const id = useId();
  const describedBy = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ") || undefined;
  return (
    <div className={error ? "field field-invalid" : "field"}>
      <label className="field-label" htmlFor={id}>
        {label}
        {optional && <span className="field-optional"> ({commonWords("optional")})</span>}
      </label>
      {hint && (
        <div className="field-hint" id={`${id}-hint`}>
          {hint}
        </div>
      )}
      {error && (
        <div className="field-error" id={`${id}-error`}>
          {error}
        </div>
      )}
      {children({ id, describedBy, invalid: Boolean(error) })}
    </div>
  );
}

type TextProps = FieldProps &
  Said & {
    type?: "text" | "password" | "email" | "tel" | "search" | "time" | "datetime-local" | "date" | "month";
    autoComplete?: HTMLInputAutoCompleteAttribute;
    inputMode?: "text" | "numeric" | "decimal" | "tel" | "email" | "search";
    /** Rough length of what is expected: the field is as wide. */
    width?: "short" | "middle" | "full";
    required?: boolean;
    maxLength?: number;
    unit?: string;
    onBlur?: () => void;
  };

export function TextField({ name, value, onChange, error, type = "text", width = "full", required, unit, onBlur, ...rest }: TextProps) {
  const { label, hint, optional, disabled, autoComplete, inputMode, maxLength } = rest;
  return (
    <Field label={label} hint={hint} error={error} optional={optional ?? false}>
      {({ id, describedBy, invalid }) => (
        <div className="field-row">
          <input
            id={id}
            className={`input input-${width}`}
            name={name}
            type={type}
            value={value}
            onChange={(event) => onChange(event.target.value)}
            onBlur={onBlur}
            aria-describedby={describedBy}
            aria-invalid={invalid || undefined}
            aria-required={required || undefined}
            autoComplete={autoComplete ?? "off"}
            inputMode={inputMode}
            maxLength={maxLength}
            disabled={disabled}
            spellCheck={type === "text" ? undefined : false}
          />
          {unit && <span className="field-unit">{unit}</span>}
        </div>
      )}
    </Field>
  );
}

export function TextArea({ name, value, onChange, error, rows = 4, maxLength, ...rest }: FieldProps & Said & { rows?: number; maxLength?: number }) {
  return (
    <Field {...rest} error={error}>
      {({ id, describedBy, invalid }) => (
        <textarea
          id={id}
          className="input"
          name={name}
          rows={rows}
          value={value}
          onChange={(event) => onChange(event.target.value)}
          aria-describedby={describedBy}
          aria-invalid={invalid || undefined}
          maxLength={maxLength}
          disabled={rest.disabled}
        />
      )}
    </Field>
  );
}

export type Choice = { value: string; label: string; hint?: string };

export function Select({ name, value, onChange, error, choices, empty, ...rest }: FieldProps & Said & { choices: readonly Choice[]; /** Words of the empty choice; none without it. */ empty?: string }) {
  return (
    <Field {...rest} error={error}>
      {({ id, describedBy, invalid }) => (
        <select
          id={id}
          className="input"
          name={name}
          value={value}
          onChange={(event) => onChange(event.target.value)}
          aria-describedby={describedBy}
          aria-invalid={invalid || undefined}
          disabled={rest.disabled}
        >
          {empty !== undefined && <option value="">{empty}</option>}
          {choices.map((choice) => (
            <option key={choice.value} value={choice.value}>
              {choice.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

export function Checkbox({ name, value, onChange, error, label, hint, disabled }: FieldProps<boolean> & Said) {
  const id = useId();
  return (
    <div className={error ? "field field-invalid" : "field"}>
      {error && <div className="field-error" id={`${id}-error`}>{error}</div>}
      <label className="choice">
        <input type="checkbox" name={name} checked={value} disabled={disabled} onChange={(event) => onChange(event.target.checked)} aria-describedby={error ? `${id}-error` : undefined} />
        <span>
          {label}
          {hint && <span className="choice-hint">{hint}</span>}
        </span>
      </label>
    </div>
  );
}

function Group({ label, hint, error, children }: Said & { error?: string | undefined; children: ReactNode }) {
  const id = useId();
  const describedBy = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ") || undefined;
  return (
    <fieldset className={error ? "field field-invalid" : "field"} aria-describedby={describedBy}>
      <legend className="field-label">{label}</legend>
      {hint && <div className="field-hint" id={`${id}-hint`}>{hint}</div>}
      {error && <div className="field-error" id={`${id}-error`}>{error}</div>}
      <div className="choices">{children}</div>
    </fieldset>
  );
}

export function Radios({ name, value, onChange, error, choices, ...rest }: FieldProps & Said & { choices: readonly Choice[] }) {
  const group = useId();
  return (
    <Group {...rest} error={error}>
      {choices.map((choice) => (
        <label className="choice" key={choice.value}>
          <input type="radio" name={`${name}-${group}`} checked={value === choice.value} disabled={rest.disabled} onChange={() => onChange(choice.value)} />
          <span>
            {choice.label}
            {choice.hint && <span className="choice-hint">{choice.hint}</span>}
          </span>
        </label>
      ))}
    </Group>
  );
}

export function Checkboxes({ name, value, onChange, error, choices, ...rest }: FieldProps<readonly string[]> & Said & { choices: readonly Choice[] }) {
  const toggled = (one: string) => (value.includes(one) ? value.filter((other) => other !== one) : [...value, one]);
  return (
    <Group {...rest} error={error}>
      {choices.map((choice) => (
        <label className="choice" key={choice.value}>
          <input type="checkbox" name={name} checked={value.includes(choice.value)} disabled={rest.disabled} onChange={() => onChange(toggled(choice.value))} />
          <span>
            {choice.label}
            {choice.hint && <span className="choice-hint">{choice.hint}</span>}
          </span>
        </label>
      ))}
    </Group>
  );
}

const PARTS = ["day", "month", "year"] as const;

/**
 * A known date in three text fields (a calendar makes people err in years). The value is "2026-11-12"; parts that are
 * not all there yet stand as "2026--12".
 */
export function DateField({ name, value, onChange, error, autoComplete, ...rest }: FieldProps & Said & { autoComplete?: "bday" }) {
  const [year = "", month = "", day = ""] = value.split("-");
  const parts = { day, month, year };
  const changed = (part: (typeof PARTS)[number], text: string) => {
    const next = { ...parts, [part]: text.replace(/\D/g, "") };
    onChange(next.year || next.month || next.day ? `${next.year}-${next.month}-${next.day}` : "");
  };
  const leave = () => {
    if (day && month && year) onChange(`${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`);
  };
  return (
    <Group {...rest} error={error}>
      <div className="date-parts">
        {PARTS.map((part) => (
          <label key={part} className="date-part">
            <span className="field-hint">{commonWords(part)}</span>
            <input
              className={part === "year" ? "input date-year" : "input date-short"}
              name={`${name}-${part}`}
              inputMode="numeric"
              maxLength={part === "year" ? 4 : 2}
              value={parts[part]}
              onChange={(event) => changed(part, event.target.value)}
              onBlur={leave}
              autoComplete={autoComplete ? `${autoComplete}-${part}` : "off"}
              aria-invalid={error ? true : undefined}
              disabled={rest.disabled}
            />
          </label>
        ))}
      </div>
    </Group>
  );
}

/** A file from this device. What is accepted and how large stands in the hint. */
export function FileField({ name, onChange, error, accept, value, ...rest }: Omit<FieldProps<File | null>, "value"> & Said & { accept?: string; value: File | null }) {
  return (
    <Field {...rest} error={error}>
      {({ id, describedBy, invalid }) => (
        <>
          <input
            id={id}
            className="input input-file"
            type="file"
            name={name}
            accept={accept}
            aria-describedby={describedBy}
            aria-invalid={invalid || undefined}
            disabled={rest.disabled}
            onChange={(event) => onChange(event.target.files?.[0] ?? null)}
          />
          {value && <p className="quiet">{value.name}</p>}
        </>
      )}
    </Field>
  );
}
