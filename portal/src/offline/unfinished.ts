/** Forms that are not sent yet are kept as they are typed, sealed: the text outlives a lost session or a closed tab. */
import { drafts, get, isOpen, put, remove, rowId, type Kept } from "./vault";

const PREFIX = "form:";

/** `key` names the form and the ids that it is about: "visit/0190…". Throws LockedError when it cannot be kept. */
export async function saveDraft(key: string, value: unknown): Promise<void> {
  await put("draft", await rowId(PREFIX, key), value);
}

export async function loadDraft<T>(key: string): Promise<Kept<T> | undefined> {
  return isOpen() ? get<T>("draft", await rowId(PREFIX, key)) : undefined;
}

export async function dropDraft(key: string): Promise<void> {
  if (isOpen()) await remove(await rowId(PREFIX, key));
}

/** How many forms are kept here, and how many of them cannot be read. */
export async function unfinishedForms(): Promise<{ count: number; unreadable: string[] }> {
  const found = isOpen() ? await drafts(PREFIX) : [];
  return { count: found.length, unreadable: found.filter((one) => one.value === undefined).map((one) => one.id) };
}
