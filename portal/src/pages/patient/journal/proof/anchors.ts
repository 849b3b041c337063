/**
 * What this device holds the server to. The policy (whose signatures count) comes from the build of the portal; a build
 * without one takes the server's at the first check and keeps to it, which is weaker and is said. The checkpoints are
 * those of the whole log as they were when a check last passed: public, nobody's data.
 */
const POLICY = "journal-policy";
const CHECKPOINTS = "journal-checkpoints";
const SERVED = "/.well-known/audit-policy.json";
const PINNED = (import.meta.env["VITE_AUDIT_POLICY"] as string | undefined) ?? "";

export type Policy = {
  text: string;
  from: "build" | "device" | "server";
  /** When this device took it from the server. */
  at: number;
  /** What the server names now, where that is another one. */
  otherNow: string;
};
export type Kept = { note: string; at: number };

export async function anchoredPolicy(): Promise<Policy> {
  const answer = await fetch(SERVED, { cache: "no-store", credentials: "omit", redirect: "error" });
  if (!answer.ok) throw new TypeError(answer.statusText); // as when the server is not reached
  const served = await answer.text();
  if (PINNED) return { text: PINNED, from: "build", at: 0, otherNow: differs(PINNED, served) };
  const kept = JSON.parse(localStorage.getItem(POLICY) ?? "null") as { text: string; at: number } | null;
  if (!kept) return { text: served, from: "server", at: Date.now(), otherNow: "" };
  return { ...kept, from: "device", otherNow: differs(kept.text, served) };
}

const differs = (own: string, served: string): string =>
  JSON.stringify(JSON.parse(own)) === JSON.stringify(JSON.parse(served)) ? "" : served;

export const keepPolicy = (text: string): void => localStorage.setItem(POLICY, JSON.stringify({ text, at: Date.now() }));

export function keptCheckpoints(): Record<string, Kept> {
  return JSON.parse(localStorage.getItem(CHECKPOINTS) ?? "{}") as Record<string, Kept>;
}

export function keepCheckpoints(notes: readonly { origin: string; note: string }[]): void {
  const at = Date.now();
  const kept = Object.fromEntries(notes.map(({ origin, note }) => [origin, { note, at }]));
  localStorage.setItem(CHECKPOINTS, JSON.stringify({ ...keptCheckpoints(), ...kept }));
}
