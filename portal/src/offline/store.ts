/**
 * The databases of the vault. One for each person and capacity (own card, or work as staff), named by a hash. A row
 * shows when it was written, of which kind it is and under which epoch's key; everything else in it is ciphertext.
 */
import { openDB, type DBSchema, type IDBPDatabase } from "idb";
import { opaque, type Sealed } from "./crypto";

export type Kind = "cache" | "draft";
export type Row = Sealed & { kind: Kind; epoch: number; at: number };

/** How the keys can be opened without a connection, once the person has asked for it (unlocking.ts). */
export type Lock = Sealed & {
  way: "passkey" | "passphrase";
  salt: Uint8Array<ArrayBuffer>;
  credential?: Uint8Array<ArrayBuffer>;
  epoch: number;
  until: number;
};

interface Schema extends DBSchema {
  rows: { key: string; value: Row; indexes: { kind: Kind } };
  locks: { key: "lock"; value: Lock };
}
export type Store = IDBPDatabase<Schema>;

const PREFIX = "vault-";
const VERSION = 1;

export type Capacity = "own" | "staff";
export const CAPACITIES: readonly Capacity[] = ["own", "staff"];

export const vaultName = async (personId: string, capacity: Capacity): Promise<string> =>
  PREFIX + (await opaque(personId, capacity));

/** Names of all vaults of this browser, of whoever. */
export async function vaultNames(): Promise<string[]> {
  const found = await indexedDB.databases();
  return found.map((one) => one.name ?? "").filter((name) => name.startsWith(PREFIX));
}

export const openStore = (name: string): Promise<Store> =>
  openDB<Schema>(name, VERSION, {
    upgrade(made) {
      made.createObjectStore("rows").createIndex("kind", "kind");
      made.createObjectStore("locks");
    },
    // Another tab erases or renews it: a connection that stays would hold it up for ever.
    blocking: (_current, _blocked, event) => (event.target as IDBDatabase).close(),
  });

/** A database that was closed before the work began, or under it: Clear-Site-Data of a sign-out in another tab. */
export const isClosed = (thrown: unknown): boolean =>
  thrown instanceof DOMException && (thrown.name === "InvalidStateError" || thrown.name === "AbortError");

export const countOf = (store: Store, kind: Kind): Promise<number> => store.countFromIndex("rows", "kind", kind);

export async function dropCache(store: Store, unwanted: (row: Row) => boolean): Promise<void> {
  const change = store.transaction("rows", "readwrite");
  for await (const cursor of change.store.index("kind").iterate("cache")) {
    if (unwanted(cursor.value)) await cursor.delete();
  }
  await change.done;
}
