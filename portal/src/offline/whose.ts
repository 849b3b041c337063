/** Whose vault: its name and capacity, and the keys that the API gives to this device for it. */
import { api } from "../api/client";
import { OWNERS } from "../app/roles";
import type { Me } from "../app/session";
import { vaultName, type Capacity } from "./store";
import type { GivenKeys } from "./vault";

const NAMED = 8; // earlier epochs in one request, as the API takes them
export const ME = "me"; // the row that says who they are, for a start without a connection

export const capacityOf = (me: Me): Capacity => (OWNERS.includes(me.role) ? "own" : "staff");
export const nameFor = (me: Me): Promise<string> => vaultName(me.person_id, capacityOf(me));

/** The keys of this device; for drafts of earlier `epochs` too, in as many requests as it takes. */
export async function keysOfDevice(epochs: readonly number[]): Promise<GivenKeys> {
  const ask = async (earlier: number[]) =>
    (await api.POST("/api/v1/me/vault-key", { body: { earlier } })).data as unknown as GivenKeys;
  const given = await ask(epochs.slice(0, NAMED));
  for (let from = NAMED; from < epochs.length; from += NAMED) {
    given.earlier.push(...(await ask(epochs.slice(from, from + NAMED))).earlier);
  }
  return given;
}
