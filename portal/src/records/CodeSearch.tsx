/** Choosing from a code set outside of a record's form: `<CodeSearch codeSet="icd-10" label="…" onChoose={…} />`. */
import { lazy, Suspense, useState } from "react";
import { inLanguage } from "../i18n";
import { Loading } from "../ui";
import { suggest, type Suggestion } from "./access";
import { formWords as t } from "./form/words";

const Combobox = lazy(() => import("../ui/lazy/Combobox"));

type Props = { codeSet: string; name: string; label: string; onChoose: (found: Suggestion) => void; error?: string; hint?: string };

export function CodeSearch({ codeSet, name, label, onChoose, error, hint }: Props) {
  const [words, setWords] = useState("");
  const [found, setFound] = useState<readonly Suggestion[]>([]);
  const find = async (typed: string) => {
    const items = await suggest(codeSet, typed);
    setFound(items);
    return items.map((item) => ({ id: item.code, title: `${item.code} ${inLanguage(item)}`, note: (item.also ?? []).join(", ") }));
  };
  const pick = (code: string) => {
    const item = found.find((one) => one.code === code);
    if (!item) return;
    setWords(`${item.code} ${inLanguage(item)}`);
    onChoose(item);
  };
  return (
    <Suspense fallback={<Loading lines={1} />}>
      <Combobox name={name} label={label} words={words} onWords={setWords} onPick={pick} find={find} hint={hint ?? t("typeToFind")} {...(error ? { error } : {})} />
    </Suspense>
  );
}
