/**
 * A form whose text outlives a lost session, a closed tab, a flat battery:
 *
 *   const form = useForm(…);
 *   const kept = useKeptForm(`visit/${patientId}`, form);
 *   <Form …><KeptNotice kept={kept} /> … </Form>
 *
 * The key holds names of forms and opaque ids. What was sent is not kept any longer.
 */
import { useEffect, useRef, useState } from "react";
import { dictionary } from "../i18n";
import { Button, Notice } from "../ui";
import type { FormState } from "../ui";
import { useVaultOpen } from "./hooks";
import { moment } from "./moment";
import { dropDraft, loadDraft, saveDraft } from "./unfinished";
import { unlessLocked } from "./vault";

const PAUSE = 600; // milliseconds after the last key

export type KeptForm = { at: number | null; startAnew: () => void };

/** Of a form its values, whether they were changed, and how they are put back. */
export function useKeptForm<V extends object>(key: string, form: Pick<FormState<V>, "values" | "changed" | "set">): KeptForm {
  const open = useVaultOpen();
  const [at, setAt] = useState<number | null>(null);
  const latest = useRef(form);
  const initial = useRef(form.values);
  const touched = useRef(false);
  latest.current = form;

  useEffect(() => {
    if (!open) return;
    const restored = loadDraft<V>(key).then((found) => {
      if (!found || latest.current.changed) return;
      latest.current.set(found.value);
      setAt(found.at);
    });
    unlessLocked(restored);
  }, [key, open]);

  useEffect(() => {
    if (!form.changed) {
      if (touched.current) unlessLocked(dropDraft(key)); // it was sent
      touched.current = false;
      return;
    }
    touched.current = true;
    const same = JSON.stringify(form.values) === JSON.stringify(initial.current);
    const save = () => unlessLocked(same ? dropDraft(key) : saveDraft(key, form.values));
    const timer = setTimeout(save, PAUSE);
    const hidden = () => document.hidden && save();
    document.addEventListener("visibilitychange", hidden);
    return () => {
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", hidden);
    };
  }, [key, form.changed, form.values]);

  const startAnew = () => {
    form.set(initial.current);
    setAt(null);
    unlessLocked(dropDraft(key));
  };
  return { at, startAnew };
}

export function KeptNotice({ kept }: { kept: KeptForm }) {
  if (kept.at === null) return null;
  const anew = (
    <Button kind="secondary" onPress={kept.startAnew}>
      {t("anew")}
    </Button>
  );
  return <Notice title={t("found", { moment: moment(kept.at) })} actions={anew} live />;
}

const t = dictionary({
  ru: { found: "Мы сохранили то, что вы не закончили {moment}", anew: "Начать заново" },
  en: { found: "We kept what you did not finish {moment}", anew: "Start anew" },
});
