/**
 * What this device keeps of a person, sealed. Keys are in memory alone: the API gives them after signing in, or they
 * are opened on this device where its owner asked for that (unlocking.ts). What cannot be opened any more is dropped
 * when it is a copy (cache), and stays for ever when it is the person's own work (draft).
 */
import { fromBase64url } from "../api/base64";
import { aesKey, open, opaque, seal } from "./crypto";
import { tellTabs } from "./tabs";
import { countOf, dropCache, isClosed, openStore, type Capacity, type Kind, type Row, type Store } from "./store";

type DraftKey = { epoch: number; draft_key: string };
export type GivenKeys = DraftKey & { cache_key: string; earlier: DraftKey[] };

type Open = {
  name: string;
  capacity: Capacity;
  store: Store;
  epoch: number;
  cache: CryptoKey;
  drafts: Map<number, CryptoKey>;
};

export class LockedError extends Error {
  override name = "LockedError";
}

const HOUR = 3_600_000;
/** A copy is kept a week; of other people's cards, as staff, one shift. */
export const KEPT: Record<Capacity, number> = { own: 7 * 24 * HOUR, staff: 12 * HOUR };

let opened: Open | null = null;
const listeners = new Set<() => void>();

export const isOpen = (): boolean => opened !== null;
export const openName = (): string => opened?.name ?? "";

/** Called whenever the vault was opened or locked. */
export function onVault(told: () => void): () => void {
  listeners.add(told);
  return () => void listeners.delete(told);
}

function changed(): void {
  for (const told of listeners) told();
}

function needed(): Open {
  if (!opened) throw new LockedError();
  return opened;
}

/** Work with the open vault. Throws LockedError also when it is locked on the way: its database is closed then. */
async function during<T>(work: (vault: Open) => Promise<T>): Promise<T> {
  const vault = needed();
  try {
    return await work(vault);
  } catch (thrown) {
    throw isClosed(thrown) ? new LockedError() : thrown;
  }
}

/** For what is kept by the way: that the vault is locked is no fault of it. */
export function unlessLocked(work: Promise<unknown>): void {
  work.catch((thrown: unknown) => {
    if (!(thrown instanceof LockedError)) throw thrown;
  });
}

/** Opens a vault. Copies of an earlier epoch, and such as are too old, are dropped; drafts are sealed anew. */
export async function openVaultWith(name: string, capacity: Capacity, given: GivenKeys): Promise<void> {
  const drafts = new Map<number, CryptoKey>();
  for (const one of [given, ...given.earlier]) drafts.set(one.epoch, await aesKey(fromBase64url(one.draft_key)));
  const cache = await aesKey(fromBase64url(given.cache_key));
  const store = await storeOf(name);
  opened = { name, capacity, store, epoch: given.epoch, cache, drafts };
  const oldest = Date.now() - KEPT[capacity];
  await dropCache(store, (row) => row.epoch !== given.epoch || row.at < oldest);
  await renewDrafts();
  changed();
}

/** The one that is open, if it is of this name: others may be reading in it. */
async function storeOf(name: string): Promise<Store> {
  if (opened?.name === name) return opened.store;
  opened?.store.close();
  opened = null;
  return openStore(name);
}

export function lock(): void {
  opened?.store.close();
  opened = null;
  changed();
}

/** Where a row belongs; bound into its ciphertext, so that it opens nowhere else. */
const place = (vault: Open, kind: Kind, id: string, epoch: number) => `${vault.name}/${kind}/${id}/${epoch}`;

/** Throws LockedError: nothing is said to be saved that is not. */
export async function put(kind: Kind, id: string, value: unknown, at = Date.now()): Promise<void> {
  await during(async (vault) => {
    const key = kind === "cache" ? vault.cache : vault.drafts.get(vault.epoch)!;
    const sealed = await seal(key, place(vault, kind, id, vault.epoch), value);
    await vault.store.put("rows", { ...sealed, kind, epoch: vault.epoch, at }, id);
  });
  if (kind === "draft") tellTabs("drafts");
}

export type Kept<T> = { value: T; at: number };

async function valueOf(vault: Open, id: string, row: Row): Promise<unknown> {
  const key = row.kind === "draft" ? vault.drafts.get(row.epoch) : row.epoch === vault.epoch ? vault.cache : undefined;
  return key && open(key, place(vault, row.kind, id, row.epoch), row).catch(() => undefined);
}

/** Undefined for what is not there or cannot be opened; a copy that cannot be opened is dropped on the way. */
export const get = <T>(kind: Kind, id: string): Promise<Kept<T> | undefined> =>
  during(async (vault) => {
    const row = await vault.store.get("rows", id);
    if (!row || row.kind !== kind) return undefined;
    const old = kind === "cache" && row.at < Date.now() - KEPT[vault.capacity];
    const value = old ? undefined : await valueOf(vault, id, row);
    if (value !== undefined) return { value: value as T, at: row.at };
    if (kind === "cache") await vault.store.delete("rows", id);
    return undefined;
  });

export async function remove(id: string): Promise<void> {
  const kind = await during(async ({ store }) => {
    const row = await store.get("rows", id);
    await store.delete("rows", id);
    return row?.kind;
  });
  if (kind === "draft") tellTabs("drafts");
}

export type Draft<T> = { id: string; at: number; value: T | undefined };

/** All drafts whose id begins so, oldest first; `value` is undefined for one that cannot be read now. */
export const drafts = <T>(prefix: string): Promise<Draft<T>[]> =>
  during(async (vault) => {
    const range = IDBKeyRange.bound(prefix, `${prefix}\uffff`);
    const { store } = vault.store.transaction("rows"); // both at one moment: a draft may go while this looks
    const [ids, rows] = await Promise.all([store.getAllKeys(range), store.getAll(range)]);
    const found = rows.map(async (row, index) => {
      const id = ids[index]!;
      return { id, at: row.at, value: (await valueOf(vault, id, row)) as T | undefined };
    });
    return Promise.all(found);
  });

/** The id of a row that would otherwise show what it is about. */
export const rowId = async (prefix: string, key: string): Promise<string> =>
  prefix + (await opaque(needed().name, key));

/** Epochs of drafts in a vault, before there is a key for it. */
export async function draftEpochs(name: string): Promise<number[]> {
  const store = await openStore(name);
  const rows = await store.getAllFromIndex("rows", "kind", "draft");
  store.close();
  return [...new Set(rows.map((row) => row.epoch))].sort((one, other) => other - one);
}

/** How many drafts a vault has; readable without its keys. */
export async function draftCount(name: string): Promise<number> {
  const store = await openStore(name);
  const count = await countOf(store, "draft");
  store.close();
  return count;
}

/** Drafts of earlier epochs get the present key, so that the earlier ones are not needed for long. */
async function renewDrafts(): Promise<void> {
  const vault = needed();
  const ids = await vault.store.getAllKeysFromIndex("rows", "kind", "draft");
  for (const id of ids) {
    const row = await vault.store.get("rows", id);
    if (!row || row.epoch === vault.epoch) continue;
    const value = await valueOf(vault, id, row);
    if (value !== undefined) await put("draft", id, value, row.at);
  }
}
