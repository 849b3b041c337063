/** What a schedule says: where and how long visits are, on which days and hours, how booking goes. */
import { Button, Card, Checkbox, Checkboxes, Select, Shown, TextField, type FormState } from "../../../../ui";
import { today } from "../../../../i18n/dates";
import { useScheduleChoices } from "./reading";
import type { OwnSchedule, Rule } from "./shapes";
import { w } from "./words";

export type ScheduleValues = {
  doctor: string;
  position: string;
  room: string;
  zone: string;
  slot_minutes: string;
  horizon_days: string;
  notice_minutes: string;
  cancel_hours: string;
  referral: string;
  works_on_holidays: boolean;
  rules: Rule[];
};

const WEEKDAYS = ["1", "2", "3", "4", "5", "6", "7"] as const;
export const newRule = (): Rule => ({ weekdays: [1, 2, 3, 4, 5], start: "09:00", end: "13:00", valid_from: today(), every_weeks: 1 });

export const NO_SCHEDULE: ScheduleValues = {
  doctor: "",
  position: "",
  room: "",
  zone: "Europe/Moscow",
  slot_minutes: "20",
  horizon_days: "30",
  notice_minutes: "60",
  cancel_hours: "3",
  referral: "usual",
  works_on_holidays: false,
  rules: [newRule()],
};

export const valuesOf = (one: OwnSchedule): ScheduleValues => ({
  doctor: one.doctor,
  position: one.position,
  room: one.room,
  zone: one.zone,
  slot_minutes: String(one.slot_minutes),
  horizon_days: String(one.horizon_days),
  notice_minutes: String(one.notice_minutes),
  cancel_hours: String(one.cancel_hours),
  referral: one.referral ? "yes" : "no",
  works_on_holidays: one.works_on_holidays,
  rules: one.rules,
});

/** As the API takes it. */
export const settingsOf = ({ referral, rules, ...rest }: ScheduleValues) => ({
  ...rest,
  slot_minutes: Number(rest.slot_minutes),
  horizon_days: Number(rest.horizon_days),
  notice_minutes: Number(rest.notice_minutes),
  cancel_hours: Number(rest.cancel_hours),
  referral: referral === "usual" ? null : referral === "yes",
  rules: rules.map((rule) => ({ ...rule, valid_until: rule.valid_until || null })),
});

export const scheduleFaults = (values: ScheduleValues): Partial<Record<keyof ScheduleValues, string>> => ({
  doctor: values.doctor.trim() ? "" : w("needed"),
  position: values.position.trim() ? "" : w("needed"),
  rules: values.rules.every(({ weekdays, start, end }) => weekdays.length && start < end) ? "" : w("rulesWrong"),
});

const NUMBERS = ["slot_minutes", "horizon_days", "notice_minutes", "cancel_hours"] as const;

export function ScheduleFields({ form }: { form: FormState<ScheduleValues> }) {
  const choices = useScheduleChoices();
  return (
    <>
      <TextField {...form.field("doctor")} label={w("doctorName")} hint={w("doctorNameHint")} required />
      <TextField {...form.field("position")} label={w("position")} required />
      <TextField {...form.field("room")} label={w("roomField")} width="short" optional />
      <Shown of={choices} lines={1}>
        {({ zones }) => <Select {...form.field("zone")} label={w("zone")} choices={zones.map(({ name, from_moscow: hours }) => ({ value: name, label: w("zoneOf", { name, hours: hours > 0 ? `+${hours}` : String(hours) }) }))} />}
      </Shown>
      {NUMBERS.map((name) => (
        <TextField key={name} {...form.field(name)} label={w(name)} inputMode="numeric" width="short" unit={w(`unit-${name}`, { n: Number(form.values[name]) })} />
      ))}
      <Select
        {...form.field("referral")}
        label={w("withReferral")}
        choices={[
          { value: "usual", label: w("asUsual") },
          { value: "yes", label: w("yes") },
          { value: "no", label: w("no") },
        ]}
      />
      <Checkbox {...form.field("works_on_holidays")} label={w("works_on_holidays")} />
      <Rules form={form} />
    </>
  );
}

function Rules({ form }: { form: FormState<ScheduleValues> }) {
  const { rules } = form.values;
  const put = (index: number, some: Partial<Rule>) => form.set({ rules: rules.map((rule, at) => (at === index ? { ...rule, ...some } : rule)) });
  return (
    <div className="stack">
      <h3>{w("hours")}</h3>
      <p>{w("hoursWhy")}</p>
      {form.errors["rules"] && <p className="field-error">{form.errors["rules"]}</p>}
      {rules.map((rule, index) => (
        <OneRule key={index} rule={rule} index={index} put={(some) => put(index, some)} remove={() => form.set({ rules: rules.filter((_, at) => at !== index) })} />
      ))}
      <div>
        <Button kind="secondary" onPress={() => form.set({ rules: [...rules, newRule()] })}>
          {w("addRule")}
        </Button>
      </div>
    </div>
  );
}

type RuleProps = { rule: Rule; index: number; put: (some: Partial<Rule>) => void; remove: () => void };

function OneRule({ rule, index, put, remove }: RuleProps) {
  const name = `rule-${index}`;
  return (
    <Card as="section" label={w("ruleNumber", { n: index + 1 })}>
      <h4>{w("ruleNumber", { n: index + 1 })}</h4>
      <Checkboxes
        name={`${name}-weekdays`}
        label={w("weekdays")}
        value={rule.weekdays.map(String)}
        onChange={(chosen) => put({ weekdays: chosen.map(Number).sort() })}
        choices={WEEKDAYS.map((value) => ({ value, label: w(`weekday-${value}`) }))}
      />
      <div className="row">
        <TextField name={`${name}-start`} type="time" label={w("from")} value={rule.start} onChange={(start) => put({ start })} width="short" />
        <TextField name={`${name}-end`} type="time" label={w("until")} value={rule.end} onChange={(end) => put({ end })} width="short" />
      </div>
      <div className="row">
        <TextField name={`${name}-first`} type="date" label={w("validFrom")} value={rule.valid_from} onChange={(first) => put({ valid_from: first })} width="middle" />
        <TextField name={`${name}-last`} type="date" label={w("validUntil")} value={rule.valid_until ?? ""} onChange={(last) => put({ valid_until: last })} width="middle" optional />
      </div>
      <Checkbox name={`${name}-every`} label={w("everySecond")} value={rule.every_weeks === 2} onChange={(second) => put({ every_weeks: second ? 2 : 1 })} />
      <div>
        <Button kind="plain" onPress={remove} label={`${w("removeRule")}: ${w("ruleNumber", { n: index + 1 })}`}>
          {w("removeRule")}
        </Button>
      </div>
    </Card>
  );
}
