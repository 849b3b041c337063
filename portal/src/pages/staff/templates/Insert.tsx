/** Puts a gap or a placeholder where the cursor stood last in a text field of the form. */
import { useState, type RefObject } from "react";
import { Button, Card, Notice, Select, TextField } from "../../../ui";
import type { Choices } from "./shapes";
import { t } from "./words";

const GAP = "gap";
const BRACKETS = /[[\]{}\n]/g; // what marks are made of

/** A field of the form and the cursor in it. */
export type Cursor = { name: string; from: number; to: number };

type Props = { choices: Choices; cursor: RefObject<Cursor | null>; put: (cursor: Cursor, mark: string) => void };

export function Insert({ choices, cursor, put }: Props) {
  const [what, setWhat] = useState(GAP);
  const [more, setMore] = useState("");
  const [lost, setLost] = useState(false);
  const chosen = choices.placeholders.find(({ name }) => name === what);
  const asks = what === GAP || Boolean(chosen?.parameter);
  const cleaned = more.replace(BRACKETS, "").trim();
  const change = (to: string) => {
    setWhat(to);
    setMore("");
  };
  const insert = () => {
    setLost(!cursor.current);
    if (!cursor.current || (asks && !cleaned)) return;
    put(cursor.current, what === GAP ? `[[${cleaned}]]` : `{{${what}${cleaned ? `:${cleaned}` : ""}}}`);
    if (what === GAP) setMore("");
  };
  return (
    <Card as="section" label={t("insert")}>
      <h2>{t("insert")}</h2>
      <p className="quiet">{t("insertWhy")}</p>
      <Select name="what" label={t("what")} value={what} onChange={change} choices={[{ value: GAP, label: t("gap") }, ...choices.placeholders.map(({ name, label }) => ({ value: name, label }))]} hint={chosen?.reads.length ? t("reads", { what: chosen.reads.map(({ label }) => label).join(", ") }) : undefined} />
      {what === GAP && <TextField name="more" label={t("gapName")} hint={t("gapHint")} value={more} onChange={setMore} maxLength={120} width="middle" />}
      {chosen?.parameter &&
        (chosen.choices.length ? (
          <Select name="more" label={chosen.parameter} value={more} onChange={setMore} empty="" choices={chosen.choices} />
        ) : (
          <TextField name="more" label={chosen.parameter} value={more} onChange={setMore} maxLength={80} width="middle" />
        ))}
      {lost && (
        <Notice tone="warn" live>
          {t("nowhere")}
        </Notice>
      )}
      <div>
        <Button kind="secondary" disabled={asks && !cleaned} onPress={insert}>
          {t("putIn")}
        </Button>
      </div>
    </Card>
  );
}
