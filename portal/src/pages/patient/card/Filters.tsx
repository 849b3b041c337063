import { useEffect, useRef } from "react";
import { inLanguage } from "../../../i18n";
import { kindOf, type Kind } from "../../../records";
import { Button, Checkboxes, DateField, Select, TextField } from "../../../ui";
import { ANY, isWhole, type Wanted } from "./finding";
import { cardWords as t } from "./words";
import "./card.css";

const PAUSE = 500; // milliseconds without typing, then what was typed counts

const FEW = 4; // kinds that stand open

type Props = {
  wanted: Wanted;
  onChange: (wanted: Wanted) => void;
  search: (wanted: Wanted) => void;
  kinds: readonly Kind[];
  /** The kinds of the section. */
  within: readonly string[];
  /** How many are shown, said aloud when it changes. */
  shown: string;
};

/** Filters stand open and count at once; one button clears them all. */
export function Filters({ wanted, onChange, search, kinds, within, shown }: Props) {
  const timer = useRef(0);
  useEffect(() => () => clearTimeout(timer.current), []);
  const changed = (part: Partial<Wanted>) => {
    const next = { ...wanted, ...part };
    onChange(next);
    clearTimeout(timer.current);
    if (isWhole(next.from) && isWhole(next.to)) timer.current = setTimeout(() => search(next), PAUSE);
  };
  const clear = () => {
    clearTimeout(timer.current);
    onChange(ANY);
    search(ANY);
  };
  const used = JSON.stringify(wanted) !== JSON.stringify(ANY);
  const choices = within.flatMap((name) => {
    const kind = kindOf(kinds, name);
    return kind ? [{ value: name, label: inLanguage(kind.labels) }] : [];
  });
  return (
    <section className="filters no-print" aria-label={t("filters")}>
      <div className="filters-fields">
        <DateField name="from" label={t("from")} value={wanted.from} onChange={(from) => changed({ from })} error={isWhole(wanted.from) || !complete(wanted.from) ? "" : t("noSuchDay")} />
        <DateField name="to" label={t("to")} value={wanted.to} onChange={(to) => changed({ to })} error={isWhole(wanted.to) || !complete(wanted.to) ? "" : t("noSuchDay")} />
        <TextField name="doctor" label={t("doctor")} value={wanted.doctor} onChange={(doctor) => changed({ doctor })} maxLength={100} />
        {choices.length > FEW && <Select name="kind" label={t("kinds")} value={wanted.kinds[0] ?? ""} choices={choices} empty={t("everything")} onChange={(kind) => changed({ kinds: kind ? [kind] : [] })} />}
        {choices.length > 1 && choices.length <= FEW && <Checkboxes name="kinds" label={t("kinds")} value={wanted.kinds} choices={choices} onChange={(chosen) => changed({ kinds: chosen })} />}
      </div>
      <div className="row">
        <p role="status">{shown}</p>
        {used && (
          <Button kind="plain" onPress={clear}>
            {t("reset")}
          </Button>
        )}
      </div>
    </section>
  );
}

const complete = (date: string) => /^\d{4}-\d{1,2}-\d{1,2}$/.test(date);
