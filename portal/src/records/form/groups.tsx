/** Fields of several: a part, a list of parts, texts one below the other, named texts. */
import { useEffect, useRef, useState, type ReactNode } from "react";
import { Button, Select, TextArea, TextField } from "../../ui";
import { inLanguage } from "../../i18n";
import { isValues, plain, type Property, type Values } from "../schema";
import { useRecordFormContext } from "./context";
import { withGaps } from "./gaps";
import { Inputs } from "./Inputs";
import { atFirst, pointer, type Path } from "./values";
import { formWords as t } from "./words";

function Box({ label, error, children, onRemove, focused }: { label: string; error: string; children: ReactNode; onRemove?: () => void; focused?: boolean }) {
  const box = useRef<HTMLFieldSetElement>(null);
  useEffect(() => {
    if (focused) box.current?.querySelector<HTMLElement>("input, select, textarea")?.focus();
  }, [focused]);
  return (
    <fieldset className="form-part" ref={box}>
      <legend>{label}</legend>
      {error && <p className="field-error">{error}</p>}
      {children}
      {onRemove && (
        <div>
          <Button kind="plain" onPress={onRemove} label={t("removeOf", { title: label })}>
            {t("remove")}
          </Button>
        </div>
      )}
    </fieldset>
  );
}

type PartProps = { label: string; schema: Property; value: Values | null; path: Path; optional: boolean };

/** A part of its own fields; one that may be missing is added when it is wanted. */
export function Part({ label, schema, value, path, optional }: PartProps) {
  const { change, errorAt } = useRecordFormContext();
  const [added, setAdded] = useState(false);
  if (!value && optional) {
    const add = () => {
      setAdded(true);
      change(path, atFirst(schema));
    };
    return <Add title={label} onPress={add} />;
  }
  return (
    <Box label={label} error={errorAt(path)} focused={added} {...(optional ? { onRemove: () => change(path, null) } : {})}>
      <Inputs schema={schema} values={value ?? {}} path={path} />
    </Box>
  );
}

function Add({ title, onPress }: { title: string; onPress: () => void }) {
  return (
    <div>
      <Button kind="secondary" onPress={onPress}>
        {t("add", { title })}
      </Button>
    </div>
  );
}

type PartsProps = { label: string; item: Property; items: readonly unknown[]; path: Path; most: number | undefined };

export function Parts({ label, item, items, path, most = Infinity }: PartsProps) {
  const { change, errorAt } = useRecordFormContext();
  const [newest, setNewest] = useState(-1);
  const add = () => {
    setNewest(items.length);
    change([...path, items.length], atFirst(item));
  };
  const remove = (index: number) => change(path, items.filter((_, other) => other !== index));
  return (
    <div className="stack-tight">
      {errorAt(path) && <p className="field-error">{errorAt(path)}</p>}
      {items.map((values, index) => (
        <Box key={index} label={`${label}: ${index + 1}`} error={errorAt([...path, index])} onRemove={() => remove(index)} focused={index === newest}>
          <Inputs schema={item} values={isValues(values) ? values : {}} path={[...path, index]} />
        </Box>
      ))}
      {items.length < most && <Add title={label} onPress={add} />}
    </div>
  );
}

type TextsProps = { label: string; item: Property; items: readonly string[]; path: Path; clock: boolean };

export function Texts({ label, item, items, path, clock }: TextsProps) {
  const { change, errorAt } = useRecordFormContext();
  const shown = items.length ? items : [""];
  return (
    <Box label={label} error={errorAt(path)}>
      {shown.map((text, index) => (
        <TextField
          key={index}
          name={pointer([...path, index])}
          label={`${label}: ${index + 1}`}
          type={clock ? "time" : "text"}
          width={clock ? "short" : "full"}
          value={text}
          hint={withGaps(text, "")}
          error={errorAt([...path, index])}
          onChange={(to) => change([...path, index], to)}
          {...(item.maxLength ? { maxLength: item.maxLength } : {})}
        />
      ))}
      {items.length > 0 && <Add title={label} onPress={() => change([...path, items.length], "")} />}
    </Box>
  );
}

type MapProps = { label: string; property: Property; value: Values; path: Path };

/** Texts under names that are chosen from a list, such as the sections of a protocol. */
export function MapInput({ label, property, value, path }: MapProps) {
  const { change, errorAt } = useRecordFormContext();
  const left = (property["x-options"] ?? []).filter((option) => !(option.value in value));
  const remove = (name: string) => change(path, Object.fromEntries(Object.entries(value).filter(([other]) => other !== name)));
  return (
    <Box label={label} error={errorAt(path)}>
      {Object.entries(value).map(([name, text]) => (
        <div key={name} className="stack-tight">
          <TextArea name={pointer([...path, name])} label={plain(name, property)} value={String(text)} hint={withGaps(String(text), "")} error={errorAt([...path, name])} onChange={(to) => change([...path, name], to)} />
          <div>
            <Button kind="plain" onPress={() => remove(name)} label={t("removeOf", { title: plain(name, property) })}>
              {t("remove")}
            </Button>
          </div>
        </div>
      ))}
      {left.length > 0 && (
        <Select
          name={`${pointer(path)}-more`}
          label={t("addSection")}
          value=""
          empty={t("choose")}
          choices={left.map((option) => ({ value: option.value, label: inLanguage(option) }))}
          onChange={(name) => name && change([...path, name], "")}
        />
      )}
    </Box>
  );
}
