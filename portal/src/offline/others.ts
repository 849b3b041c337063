/**
 * The API's answer to a sign-out empties the browser's whole storage for this address (Clear-Site-Data). What is not of
 * who leaves is taken aside and put back: drafts of others who use this device (ciphertext; no key is here), the id of
 * the device, and settings such as the language.
 */
import { openStore, vaultNames, type Lock, type Row } from "./store";

type Aside = { name: string; ids: string[]; rows: Row[]; lock: Lock | undefined };

/** Takes everything aside that is there now, but for the vaults that are `gone`; what it answers puts it back. */
export async function othersKept(gone: readonly string[]): Promise<() => Promise<void>> {
  const settings = Object.entries({ ...localStorage }) as [string, string][];
  const names = (await vaultNames()).filter((name) => !gone.includes(name));
  const vaults = await Promise.all(names.map(aside));
  return async () => {
    for (const [name, value] of settings) localStorage.setItem(name, value);
    for (const one of vaults) await back(one);
  };
}

async function aside(name: string): Promise<Aside> {
  const store = await openStore(name);
  const found = {
    name,
    ids: await store.getAllKeys("rows"),
    rows: await store.getAll("rows"),
    lock: await store.get("locks", "lock"),
  };
  store.close();
  return found;
}

async function back({ name, ids, rows, lock }: Aside): Promise<void> {
  const store = await openStore(name);
  await Promise.all(rows.map((row, index) => store.put("rows", row, ids[index])));
  if (lock) await store.put("locks", lock, "lock");
  store.close();
}
