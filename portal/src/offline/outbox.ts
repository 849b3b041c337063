/**
 * What was written without a connection waits here, sealed, and is sent when there is one: in the order of writing,
 * each once (its key makes a repeat harmless), one tab at a time. Nothing leaves it but what the API took, or what its
 * author discards.
 */
import { send } from "../api/client";
import { asProblem, problemOf, type FieldProblem } from "../api/problems";
import { onNews } from "./tabs";
import { uuid7 } from "./uuid7";
import { drafts, get, isOpen, LockedError, openName, put, remove } from "./vault";
import { verdictOf } from "./verdict";

export type Method = "POST" | "PUT" | "PATCH" | "DELETE";
export type Labels = Record<string, { ru: string; en: string }>;

export type NewEntry = {
  /** The Idempotency-Key; made by `newEntryId` unless the form has one that it used already. */
  id?: string;
  url: string;
  method: Method;
  body?: unknown;
  /** The version that was changed, for If-Match. */
  etag?: string;
  /** What it is in the reader's words: "Дневник давления, 12 ноября". Sealed with the rest. */
  title: string;
  /** A word for what it is, for the page that made it: "vital-sign". */
  kind: string;
  /** Words for the members of the body, to compare two versions by. */
  labels?: Labels;
};

export type Refusal = {
  status: number;
  code: string;
  title?: string;
  title_ru?: string;
  fields: readonly FieldProblem[];
};
export type Theirs = { body: unknown; etag: string };

export type Entry = NewEntry & {
  id: string;
  key: string;
  role: string;
  state: "waiting" | "conflict" | "rejected";
  refusal?: Refusal;
  /** What stands at the server now, when another version came first. */
  theirs?: Theirs;
};

/** `value` is undefined for an entry that cannot be read with the keys there are. */
export type Listed = { id: string; at: number; value: Entry | undefined };

const PREFIX = "out:";
const AGAIN = 60_000; // milliseconds until the next try, while something waits and there is a connection
const listeners = new Set<() => void>();
let role = "";
let running: Promise<void> | null = null;
let timer = 0;

/** In which role entries are made from now on, and sent: one that was written as a doctor is not sent as a patient. */
export const writeAs = (now: string): void => void (role = now);
export const newEntryId = (): string => uuid7();

/** Throws LockedError when it cannot be kept. */
export async function enqueue(made: NewEntry): Promise<Entry> {
  const id = made.id ?? newEntryId();
  const entry: Entry = { ...made, id, key: id, role, state: "waiting" };
  await keep(entry);
  void flush();
  return entry;
}

/** Oldest first. */
export async function list(): Promise<Listed[]> {
  if (!isOpen()) return [];
  const found = await drafts<Entry>(PREFIX);
  return found.map((one) => ({ ...one, id: one.id.slice(PREFIX.length) }));
}

export function onChange(told: () => void): () => void {
  listeners.add(told);
  return () => void listeners.delete(told);
}

/** "mine": send it over what stands there now, as it is or as `body`. "theirs": what stands there is right. */
export async function resolve(id: string, choice: "mine" | "theirs", body?: unknown): Promise<void> {
  const entry = await read(id);
  if (!entry) return;
  if (choice === "theirs") return discard(id);
  await keep({
    ...entry,
    body: body ?? entry.body,
    etag: entry.theirs?.etag ?? entry.etag,
    key: uuid7(), // another request than the one that was refused
    state: "waiting",
    theirs: undefined,
    refusal: undefined,
  });
  void flush();
}

/** Send a rejected one once more, as it is or as `body`. */
export const retry = (id: string, body?: unknown): Promise<void> => resolve(id, "mine", body);

export const discard = (id: string): Promise<void> => remove(PREFIX + id);

/** Sends what waits. Only one tab does at a time; the next one looks at what is left. */
export function flush(): Promise<void> {
  running ??= inTurn().finally(() => (running = null));
  return running;
}

async function inTurn(): Promise<void> {
  try {
    await navigator.locks.request(`outbox/${openName()}`, sendAll);
  } catch (thrown) {
    if (!(thrown instanceof LockedError)) throw thrown; // locked meanwhile: what waits is still there
  }
}

async function read(id: string): Promise<Entry | undefined> {
  return (await get<Entry>("draft", PREFIX + id))?.value;
}

async function keep(entry: Entry): Promise<void> {
  const before = await get<Entry>("draft", PREFIX + entry.id);
  await put("draft", PREFIX + entry.id, entry, before?.at);
}

async function sendAll(): Promise<void> {
  clearTimeout(timer);
  if (!isOpen() || !navigator.onLine) return;
  for (const { value } of await list()) {
    if (value?.state !== "waiting" || value.role !== role) continue;
    if ((await sendOne(value)) === "later") {
      timer = setTimeout(() => void flush(), AGAIN);
      return;
    }
  }
}

async function sendOne(entry: Entry): Promise<"done" | "later"> {
  const refusal = await send(requestOf(entry)).then(
    () => null,
    (thrown: unknown) => asProblem(thrown),
  );
  const verdict = refusal ? verdictOf(refusal.status, refusal.code) : "sent";
  if (verdict === "later") return verdict;
  if (!refusal) await discard(entry.id);
  else if (verdict === "conflict") await keep({ ...entry, state: "conflict", ...(await theirVersion(entry)) });
  else await keep({ ...entry, state: "rejected", refusal: plain(refusal) });
  return "done";
}

function requestOf({ url, method, body, etag, key }: Entry): Request {
  const headers: Record<string, string> = { "Idempotency-Key": key };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (etag) headers["If-Match"] = etag;
  const text = body === undefined ? null : JSON.stringify(body);
  return new Request(new URL(url, location.origin), { method, headers, body: text });
}

/** What came first. Without it (deleted, or the connection is gone) the entry says only that there is a conflict. */
async function theirVersion({ url }: Entry): Promise<{ theirs?: Theirs }> {
  try {
    const answer = await fetchVersion(url);
    return { theirs: answer };
  } catch {
    return {};
  }
}

async function fetchVersion(url: string): Promise<Theirs> {
  const answer = await send(new Request(new URL(url, location.origin)));
  if (!answer.ok) throw await problemOf(answer);
  const found = (await answer.json()) as { body?: unknown };
  return { body: found.body ?? found, etag: answer.headers.get("etag") ?? "" };
}

const plain = ({ status, code, extra, fields }: ReturnType<typeof asProblem>): Refusal => ({
  status,
  code,
  title: extra["title"] as string | undefined,
  title_ru: extra["title_ru"] as string | undefined,
  fields,
});

onNews((news) => {
  if (news !== "drafts") return;
  for (const told of listeners) told();
});
addEventListener("online", () => void flush());
document.addEventListener("visibilitychange", () => !document.hidden && void flush());
