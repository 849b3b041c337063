/** The published keys that sign prescriptions. They are kept on this device, so that a code is checked without a connection. */
import type { Jwk } from "./code";

const KEPT = "prescription-keys"; // public keys; nothing of a person
const SOURCE = "/.well-known/jwks.json";

export type Keys = { keys: Jwk[]; at: number };

/** Fresh ones where there is a connection, else those that were kept; none at all on a device that never had any. */
export async function publishedKeys(): Promise<Keys | null> {
  try {
    const answer = await fetch(SOURCE, { credentials: "omit", redirect: "error" });
    if (!answer.ok) return keptKeys();
    const { keys } = (await answer.json()) as { keys: Jwk[] };
    const found = { keys, at: Date.now() };
    localStorage.setItem(KEPT, JSON.stringify(found));
    return found;
  } catch {
    return keptKeys();
  }
}

function keptKeys(): Keys | null {
  const kept = localStorage.getItem(KEPT);
  return kept ? (JSON.parse(kept) as Keys) : null;
}
