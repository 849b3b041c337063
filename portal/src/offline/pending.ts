/** That somebody left this device and the API has not been told yet: from now on until then nothing is kept here. */
const PENDING = "sign-out-pending"; // in localStorage, for all tabs and the next start; not personal
const listeners = new Set<() => void>();

export const signOutPending = (): boolean => localStorage.getItem(PENDING) !== null;

export function setSignOutPending(pending: boolean): void {
  if (pending) localStorage.setItem(PENDING, "yes");
  else localStorage.removeItem(PENDING);
  for (const told of listeners) told();
}

export function onSignOutPending(told: () => void): () => void {
  listeners.add(told);
  addEventListener("storage", told); // another tab's change
  return () => {
    listeners.delete(told);
    removeEventListener("storage", told);
  };
}
