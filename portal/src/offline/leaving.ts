/**
 * Signing out of this device: what waits is sent, what cannot be sent is asked about, what is kept here is erased, and
 * then the API ends the session. Without a connection that last step follows with the next one, before anything else.
 */
import { deleteDB } from "idb";
import { api } from "../api/client";
import { asProblem } from "../api/problems";
import { opening } from "./opening";
import { othersKept } from "./others";
import { flush } from "./outbox";
import { setSignOutPending, signOutPending } from "./pending";
import { CAPACITIES, vaultName, vaultNames } from "./store";
import { onNews, tellOtherTabs } from "./tabs";
import { draftCount, lock } from "./vault";

const PATIENCE = 10_000; // milliseconds for sending what waits: nobody is kept from leaving

/** Asks whether to leave although so many drafts would be lost. Set by Leaving.tsx. */
let askAnyway: (drafts: number) => Promise<boolean> = async () => false;
export const onLeaving = (ask: typeof askAnyway): void => void (askAnyway = ask);

/** True when this device is left; false when the person chose to stay. */
export async function signOutEverything(personId: string): Promise<boolean> {
  await Promise.race([flush(), new Promise((late) => setTimeout(late, PATIENCE))]);
  const mine = await vaultsOf(personId);
  const waiting = (await Promise.all(mine.map(draftCount))).reduce((sum, count) => sum + count, 0);
  if (waiting > 0 && !(await askAnyway(waiting))) return false;
  setSignOutPending(true); // first: from here on no tab opens a vault
  tellOtherTabs("left");
  await opening();
  lock();
  for (const name of mine) await deleteDB(name);
  await finishSignOut(mine);
  return true;
}

/** Sends a sign-out that had no connection. True when none is left to send. `gone` are vaults of who left. */
export async function finishSignOut(gone: readonly string[] = []): Promise<boolean> {
  if (!signOutPending()) return true;
  const giveBack = await othersKept(gone);
  try {
    await api.POST("/api/v1/sessions/sign-out");
  } catch (thrown) {
    if (asProblem(thrown).status !== 401) return false;
  }
  await giveBack();
  setSignOutPending(false);
  return true;
}

async function vaultsOf(personId: string): Promise<string[]> {
  const names = await Promise.all(CAPACITIES.map((capacity) => vaultName(personId, capacity)));
  const there = new Set(await vaultNames());
  return names.filter((name) => there.has(name));
}

const SIGN_IN = "/api/v1/sessions";
const SIGNED_IN = "/api/v1/sessions/{challenge_id}/factor";

api.use({
  /** Who signs in goes after who left. */
  onRequest: async ({ schemaPath, request }) => {
    if (schemaPath === SIGN_IN && request.method === "POST") await finishSignOut();
    return undefined;
  },
  /** The new session's cookie has taken the place of the old one's, which nobody has any more. */
  onResponse: ({ schemaPath }) => {
    if (schemaPath === SIGNED_IN) setSignOutPending(false);
    return undefined;
  },
});
onNews((news) => news === "left" && lock());
addEventListener("online", () => void finishSignOut());
