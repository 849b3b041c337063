/** Opens what this device keeps for the person who has signed in, with keys that the API gives to their session. */
import type { Me } from "../app/session";
import { flush, writeAs } from "./outbox";
import { signOutPending } from "./pending";
import { tellOtherTabs } from "./tabs";
import { renewLock } from "./unlocking";
import { draftEpochs, openName, openVaultWith, put } from "./vault";
import { capacityOf, keysOfDevice, ME, nameFor } from "./whose";

let queue: Promise<unknown> = Promise.resolve();
let failed = false;

/** Settled once a vault that is being opened is open, or has failed to open. */
export const opening = (): Promise<unknown> => queue;

/** Whether the vault of who is signed in could not be opened: nothing is kept on this device then. */
export const openingFailed = (): boolean => failed;

/** Does not throw: who cannot keep anything here still reads and writes with a connection. */
export function openVault(me: Me): Promise<void> {
  const done = queue
    .then(() => openNow(me))
    .then(
      () => void (failed = false),
      () => void (failed = true),
    );
  queue = done;
  return done;
}

async function openNow(me: Me): Promise<void> {
  if (signOutPending()) throw Error("somebody leaves");
  const name = await nameFor(me);
  const before = openName();
  const given = await keysOfDevice(await draftEpochs(name));
  if (signOutPending()) throw Error("somebody left meanwhile"); // what was erased must not come back
  await openVaultWith(name, capacityOf(me), given);
  writeAs(me.role);
  if (before !== name) tellOtherTabs("entered"); // one cookie for all tabs: they act as the same person now
  await put("cache", ME, me);
  await renewLock(name, capacityOf(me), given.epoch);
  void flush();
}
