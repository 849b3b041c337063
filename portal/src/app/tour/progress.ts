/**
 * How far somebody came in the guided tour of a role: nothing yet, at a step, put off, or through. Kept for this
 * browser; it says nothing of a person.
 */
import { useSyncExternalStore } from "react";
import type { Role } from "../roles";

export type Progress = { step: number; state: "never" | "going" | "put-off" | "done" };

const NEVER: Progress = { step: 0, state: "never" };
const listeners = new Set<() => void>();
const kept = new Map<Role, Progress>();
const nameOf = (role: Role) => `tour-${role}`;

function read(role: Role): Progress {
  let found = kept.get(role);
  if (!found) kept.set(role, (found = parsed(localStorage.getItem(nameOf(role)))));
  return found;
}

function parsed(text: string | null): Progress {
  const [state, step] = (text ?? "").split(" ");
  return state === "going" || state === "put-off" || state === "done" ? { state, step: Number(step) || 0 } : NEVER;
}

export function setProgress(role: Role, progress: Progress): void {
  kept.set(role, progress);
  localStorage.setItem(nameOf(role), `${progress.state} ${progress.step}`);
  for (const told of listeners) told();
}

export const useProgress = (role: Role): Progress =>
  useSyncExternalStore(
    (told) => (listeners.add(told), () => listeners.delete(told)),
    () => read(role),
  );
