import { useEffect, useRef, useState } from "react";
import { dropDraft, loadDraft, saveDraft } from "../offline/unfinished";
import { LockedError } from "../offline/vault";

const PAUSE = 600; // milliseconds without typing after which the text is kept

/** A text that outlives the page: kept sealed on this device as it is typed, one a key. */
export function useDraftText(key: string) {
  const [text, setText] = useState("");
  const [kept, setKept] = useState(false);
  const typed = useRef(false);

  useEffect(() => {
    void loadDraft<string>(key).then((draft) => {
      if (draft?.value && !typed.current) {
        setText(draft.value);
        setKept(true);
      }
    });
  }, [key]);

  useEffect(() => {
    if (!typed.current) return;
    const waiting = setTimeout(() => void keep(key, text).then(setKept), PAUSE);
    return () => clearTimeout(waiting);
  }, [key, text]);

  const change = (to: string) => {
    typed.current = true;
    setKept(false);
    setText(to);
  };
  const clear = () => {
    typed.current = false;
    setText("");
    setKept(false);
    void dropDraft(key);
  };
  return { text, kept, change, clear };
}

/** Whether it is kept: an emptied text is not, and nothing is while this device's store is locked. */
async function keep(key: string, text: string): Promise<boolean> {
  try {
    await (text ? saveDraft(key, text) : dropDraft(key));
    return text !== "";
  } catch (thrown) {
    if (thrown instanceof LockedError) return false;
    throw thrown;
  }
}
