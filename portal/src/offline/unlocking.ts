/**
 * Reading without a connection after a restart, for who asked for it on this device: the keys of the vault lie in it,
 * sealed by a passphrase or by what a passkey answers (WebAuthn, extension prf). Staff may use a passkey alone: a
 * passphrase can be guessed by who has the disk.
 */
import type { Me } from "../app/session";
import { toBase64url } from "../api/base64";
import { keyOfPasskey, keyOfPassphrase, open, randomBytes, seal } from "./crypto";
import { writeAs } from "./outbox";
import { dropCache, isClosed, openStore, vaultNames, type Capacity, type Lock } from "./store";
import { draftEpochs, get, KEPT, lock, openVaultWith, type GivenKeys } from "./vault";
import { capacityOf, keysOfDevice, ME, nameFor } from "./whose";

export const SHORTEST = 8; // characters of a passphrase
const SALT_BYTES = 32;
const KEY = "lock";

type Inside = { capacity: Capacity; given: GivenKeys };
type Found = { name: string; lock: Lock };

/** The passkey answered, but does not know the extension: it cannot open anything here. */
export class NoPrfError extends Error {}

const place = (name: string) => `${name}/lock`;
const lives = (found: Lock) => found.until > Date.now();

// --- turning it on and off

export async function lockOf(me: Me): Promise<Lock | undefined> {
  return readLock(await nameFor(me));
}

export async function lockWithPassphrase(me: Me, passphrase: string): Promise<void> {
  if (capacityOf(me) === "staff") throw Error("staff unlock by passkey");
  const salt = randomBytes(SALT_BYTES);
  await keepLock(me, { way: "passphrase", salt }, await keyOfPassphrase(passphrase, salt));
}

/** Throws NoPrfError, and DOMException when the person breaks off. */
export async function lockWithPasskey(me: Me): Promise<void> {
  const salt = randomBytes(SALT_BYTES);
  const { credential, secret } = await askPasskey([], () => salt);
  await keepLock(me, { way: "passkey", salt, credential }, await keyOfPasskey(secret, salt));
}

async function keepLock(me: Me, how: Pick<Lock, "way" | "salt" | "credential">, key: CryptoKey): Promise<void> {
  const name = await nameFor(me);
  const capacity = capacityOf(me);
  const given = await keysOfDevice(await draftEpochs(name));
  const sealed = await seal(key, place(name), { capacity, given } satisfies Inside);
  const store = await openStore(name);
  await store.put("locks", { ...how, ...sealed, epoch: given.epoch, until: Date.now() + KEPT[capacity] }, KEY);
  store.close();
}

export async function removeLock(name: string): Promise<void> {
  const store = await openStore(name);
  await store.delete("locks", KEY);
  store.close();
}

/** With a connection: the time begins anew. A lock of an earlier epoch holds keys that open nothing, and goes. */
export async function renewLock(name: string, capacity: Capacity, epoch: number): Promise<void> {
  const found = await readLock(name);
  if (!found) return;
  if (found.epoch !== epoch) return removeLock(name);
  const store = await openStore(name);
  await store.put("locks", { ...found, until: Date.now() + KEPT[capacity] }, KEY);
  store.close();
}

/** Undefined also where all is being erased meanwhile. */
async function readLock(name: string): Promise<Lock | undefined> {
  const store = await openStore(name);
  try {
    return await store.get("locks", KEY);
  } catch (thrown) {
    if (isClosed(thrown)) return undefined;
    throw thrown;
  } finally {
    store.close();
  }
}

// --- opening without a connection

/** The ways in which something on this device can be opened now. What is too old is erased on the way. */
export async function waysHere(): Promise<Set<Lock["way"]>> {
  return new Set((await locksHere()).map((found) => found.lock.way));
}

/** Who they are, or null when the passphrase opens nothing here. */
export async function unlockWithPassphrase(passphrase: string): Promise<Me | null> {
  for (const found of await locksHere()) {
    if (found.lock.way !== "passphrase") continue;
    const me = await unlock(found, await keyOfPassphrase(passphrase, found.lock.salt));
    if (me) return me;
  }
  return null;
}

/** Throws NoPrfError, and DOMException when the person breaks off. */
export async function unlockWithPasskey(): Promise<Me | null> {
  const known = (await locksHere()).filter((found) => found.lock.way === "passkey" && found.lock.credential);
  const same = (found: Found, id: Uint8Array) => String(found.lock.credential) === String(id);
  const { credential, secret } = await askPasskey(
    known.map((found) => found.lock.credential!),
    (id) => known.find((found) => same(found, id))!.lock.salt,
  );
  for (const found of known.filter((one) => same(one, credential))) {
    const me = await unlock(found, await keyOfPasskey(secret, found.lock.salt));
    if (me) return me;
  }
  return null;
}

async function locksHere(): Promise<Found[]> {
  const found: Found[] = [];
  for (const name of await vaultNames()) {
    const there = await readLock(name);
    if (there && lives(there)) found.push({ name, lock: there });
    else if (there) await forgetCopies(name);
  }
  return found;
}

/** Its time is over: copies and keys go, drafts stay until their author signs in. */
async function forgetCopies(name: string): Promise<void> {
  const store = await openStore(name);
  await dropCache(store, () => true);
  await store.delete("locks", KEY);
  store.close();
}

async function unlock({ name, lock: locked }: Found, key: CryptoKey): Promise<Me | null> {
  const inside = (await open(key, place(name), locked).catch(() => null)) as Inside | null;
  if (!inside) return null;
  await openVaultWith(name, inside.capacity, inside.given);
  const me = (await get<Me>("cache", ME))?.value;
  if (me) writeAs(me.role);
  else lock();
  return me ?? null;
}

// --- the passkey

type Salt = Uint8Array<ArrayBuffer>;
type Answered = { credential: Salt; secret: ArrayBuffer };

/** What a passkey answers to a salt: always the same, and nothing without its owner's finger, face or PIN. */
async function askPasskey(ids: Salt[], saltOf: (id: Salt) => Salt): Promise<Answered> {
  const byId = Object.fromEntries(ids.map((id) => [toBase64url(id), { first: saltOf(id) }]));
  const prf = ids.length ? { evalByCredential: byId } : { eval: { first: saltOf(new Uint8Array()) } };
  const publicKey: PublicKeyCredentialRequestOptions = {
    challenge: randomBytes(SALT_BYTES), // nobody checks it: what counts is the answer to the salt
    allowCredentials: ids.map((id) => ({ type: "public-key", id })),
    userVerification: "required",
    extensions: { prf },
  };
  const given = (await navigator.credentials.get({ publicKey })) as PublicKeyCredential;
  const secret = given.getClientExtensionResults().prf?.results?.first;
  if (!secret) throw new NoPrfError();
  return { credential: new Uint8Array(given.rawId), secret: secret as ArrayBuffer };
}
