/** What components see of the vault, the outbox and the connection. */
import { useEffect, useState, useSyncExternalStore } from "react";
import { queries } from "../api/queries";
import { list, onChange, type Listed } from "./outbox";
import { onSignOutPending, signOutPending } from "./pending";
import { momentOf } from "./persist";
import { unfinishedForms } from "./unfinished";
import { isOpen, onVault, unlessLocked } from "./vault";

function onConnection(told: () => void): () => void {
  addEventListener("online", told);
  addEventListener("offline", told);
  return () => {
    removeEventListener("online", told);
    removeEventListener("offline", told);
  };
}

export const useOnline = (): boolean => useSyncExternalStore(onConnection, () => navigator.onLine);

export const useVaultOpen = (): boolean => useSyncExternalStore(onVault, isOpen);

export const useSignOutPending = (): boolean => useSyncExternalStore(onSignOutPending, signOutPending);

const answers = queries.getQueryCache();
const onAnswers = (told: () => void) => answers.subscribe(told);

/** The moment of the oldest answer on screen that came from this device, if one did. */
export function useOldestKept(): number | undefined {
  return useSyncExternalStore(onAnswers, () => {
    const moments = answers.findAll({ type: "active" }).flatMap((query) => momentOf(query.queryHash) ?? []);
    return moments.length ? Math.min(...moments) : undefined;
  });
}

export type Waiting = { entries: Listed[]; unreadableForms: string[]; looked: boolean };

/** What waits to be sent, as it is now. */
export function useOutbox(): Waiting {
  const [found, setFound] = useState<Waiting>({ entries: [], unreadableForms: [], looked: false });
  useEffect(() => {
    let gone = false;
    const look = () =>
      unlessLocked(
        Promise.all([list(), unfinishedForms()]).then(
          ([entries, forms]) => gone || setFound({ entries, unreadableForms: forms.unreadable, looked: isOpen() }),
        ),
      );
    look();
    const deaf = [onChange(look), onVault(look)];
    return () => {
      gone = true;
      for (const stop of deaf) stop();
    };
  }, []);
  return found;
}
