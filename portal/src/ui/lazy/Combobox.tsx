/**
 * A field with suggestions as one types, loaded where it is needed (React Aria). Free words stay where they are allowed.
 * That nothing was found is said below the field: a row in the list would be an option that chooses nothing.
 */
import { useEffect, useId, useRef, useState, type ReactNode } from "react";
import { ComboBox, Input, Label, ListBox, ListBoxItem, Popover, type Key } from "react-aria-components";
import { dictionary } from "../../i18n";
import "./combobox.css";

export type Suggested = { id: string; title: string; note?: string };

type Props = {
  label: string;
  name: string;
  /** What stands in the field. */
  words: string;
  /** What was typed and is not (yet) a choice. */
  onWords: (words: string) => void;
  onPick: (id: string) => void;
  /** Asks for suggestions; of overlapping answers the last asked counts. */
  find: (words: string) => Promise<readonly Suggested[]>;
  /** Shown before anything is typed: the choices of late. */
  recent?: readonly Suggested[];
  hint?: ReactNode;
  error?: string;
  required?: boolean;
  optional?: boolean;
  disabled?: boolean;
};

const PAUSE = 250; // milliseconds without typing, then suggestions are asked for

export default function Combobox({ label, name, words, onWords, onPick, find, recent = [], hint, error, required, optional, disabled }: Props) {
  const id = useId();
  const [items, setItems] = useState<readonly Suggested[]>(recent);
  const [state, setState] = useState<"still" | "asking" | "none" | "failed">("still");
  const timer = useRef(0);
  const asked = useRef(0);
  useEffect(() => () => clearTimeout(timer.current), []);

  const look = async (text: string) => {
    const number = ++asked.current;
    const answer = await find(text).catch(() => null);
    if (number !== asked.current) return;
    setItems(answer ?? []);
    setState(answer === null ? "failed" : answer.length ? "still" : "none");
  };
  const typed = (text: string) => {
    onWords(text);
    clearTimeout(timer.current);
    if (!text.trim()) {
      asked.current += 1;
      setItems(recent);
      return setState("still");
    }
    setState("asking");
    timer.current = setTimeout(() => void look(text.trim()), PAUSE);
  };
  const picked = (key: Key | null) => {
    const found = items.find((item) => item.id === key);
    if (!found) return;
    clearTimeout(timer.current);
    asked.current += 1;
    setItems([]); // else the words of the choice would open the list again
    setState("still");
    onPick(found.id);
  };

  return (
    <ComboBox
      className={error ? "field field-invalid" : "field"}
      items={items}
      inputValue={words}
      onInputChange={(text) => text !== words && typed(text)}
      onSelectionChange={picked}
      selectedKey={null}
      allowsCustomValue
      menuTrigger="focus"
      isDisabled={disabled ?? false}
      isInvalid={Boolean(error)}
      isRequired={required ?? false}
      validationBehavior="aria"
    >
      <Label className="field-label">
        {label}
        {optional && <span className="field-optional"> ({t("optional")})</span>}
      </Label>
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
      <Input className="input" name={name} autoComplete="off" aria-describedby={[hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ") || undefined} />
      <p className="combobox-state quiet" role="status">
        {state === "still" ? "" : t(state, { words })}
      </p>
      <Popover className="combobox-popover">
        <ListBox<Suggested> className="combobox-list">
          {(item) => (
            <ListBoxItem className="combobox-option" textValue={item.title}>
              <span>{item.title}</span>
              {item.note && <span className="quiet">{item.note}</span>}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </ComboBox>
  );
}

const t = dictionary({
  ru: {
    optional: "необязательно",
    asking: "Ищем…",
    none: "По словам «{words}» ничего не найдено. Попробуйте другое слово или его начало.",
    failed: "Подсказки сейчас недоступны. Можно ввести вручную.",
  },
  en: {
    optional: "optional",
    asking: "Searching…",
    none: "Nothing is found for “{words}”. Try another word or its beginning.",
    failed: "There are no suggestions just now. You can type it yourself.",
  },
});
