/** The whole check: a copy of the own journal, ordered now, held against what this device holds the server to. */
import { toBase64url } from "../../../../api/base64";
import { check, type Entry, type Result } from "../../../../../verifier/verify.js";
import { growth, type Growth } from "../../../../../verifier/growth.js";
import { api, file } from "../../../../api/client";
import { Problem } from "../../../../api/problems";
import type { Line } from "../shapes";
import { anchoredPolicy, keepCheckpoints, keepPolicy, keptCheckpoints, type Policy } from "./anchors";

const OLDEST = 60; // minutes since witnesses saw the log
const TRIES = 30;
const PAUSE = 4; // seconds between two of them, where the answer does not say
const COMPARED = 100; // lines of the list that are held against the copy

export type Step = "ordering" | "waiting" | "checking";
export type Grown = { origin: string; how: Growth; since: number };
export type Proof = {
  result: Result;
  policy: Policy;
  grown: Grown[];
  /** Lines of the list that the copy does not bear out, and how many were compared. */
  differing: Line[];
  compared: number;
  bundle: string;
  nonce: string;
  /** All of it together, as exit codes are: 0 fine, 1 questions, 2 a broken promise, 3 nothing could be checked. */
  verdict: 0 | 1 | 2 | 3;
};

export async function prove(tell: (step: Step) => void): Promise<Proof> {
  const policy = await anchoredPolicy();
  const nonce = ownNumber();
  tell("ordering");
  const ordered = (await api.POST("/api/v1/me/journal/requests", { body: { nonce } })).data;
  const at = Date.now();
  tell("waiting");
  const bundle = await copyOf((ordered as { request_id: string }).request_id);
  tell("checking");
  const result = await check(bundle, policy.text, { nonce, maxAge: OLDEST });
  const notes = result.exitCode < 2 ? notesOf(bundle) : [];
  const grown = await Promise.all(notes.map((one) => grownSince(policy.text, one)));
  const { differing, compared } = result.exitCode < 2 ? await listed(result.entries, at) : { differing: [], compared: 0 };
  const verdict = verdictOf(result, policy, grown, differing);
  if (verdict < 2) {
    if (policy.from === "server") keepPolicy(policy.text);
    keepCheckpoints(notes);
  }
  return { result, policy, grown, differing, compared, bundle, nonce, verdict };
}

function verdictOf({ exitCode }: Result, policy: Policy, grown: Grown[], differing: Line[]): Proof["verdict"] {
  if (exitCode === 3) return 3;
  const wrong = grown.some(({ how }) => how === "older" || how === "other" || how === "unproved");
  if (exitCode === 2 || wrong || differing.length) return 2;
  return exitCode === 1 || policy.otherNow ? 1 : 0;
}

/** A number that nobody could foresee: an answer that holds it was made after the question. */
function ownNumber(): string {
  return toBase64url(crypto.getRandomValues(new Uint8Array(24)));
}

/** The log takes the order in within seconds; until then the API says "not ready". */
async function copyOf(requestId: string): Promise<string> {
  for (let tries = 0; ; tries++) {
    try {
      const { blob } = await file(`/api/v1/me/journal/requests/${requestId}`, "application/gzip");
      return await new Response(blob.stream().pipeThrough(new DecompressionStream("gzip"))).text();
    } catch (thrown) {
      if (!(thrown instanceof Problem) || thrown.code !== "not-ready" || tries === TRIES) throw thrown;
      await new Promise((done) => setTimeout(done, (thrown.retryAfter ?? PAUSE) * 1000));
    }
  }
}

type Note = { origin: string; note: string };

/** Of a copy that was found good. */
function notesOf(bundle: string): Note[] {
  const { chains } = JSON.parse(bundle) as { chains: { origin: string; checkpoint: string }[] };
  return chains.map(({ origin, checkpoint }) => ({ origin, note: checkpoint }));
}

async function grownSince(policy: string, { origin, note }: Note): Promise<Grown> {
  const kept = keptCheckpoints()[origin];
  if (!kept) return { origin, how: "same", since: 0 };
  const year = Number(origin.slice(-4));
  const ask = async (old: number, size: number): Promise<string[]> => {
    try {
      const query = { year, old, new: size };
      return (await api.GET("/api/v1/me/journal/consistency", { params: { query } })).data?.proof ?? [];
    } catch (thrown) {
      if (thrown instanceof Problem && thrown.status === 404) return []; // a server that has no proof has proved nothing
      throw thrown;
    }
  };
  return { origin, how: await growth(policy, origin, kept.note, note, ask), since: kept.at };
}

/** The list that people read must say what the copy says: of each of its newest lines who, what, and how it ended. */
async function listed(entries: readonly Entry[], until: number): Promise<{ differing: Line[]; compared: number }> {
  const { data } = await api.GET("/api/v1/me/journal", {
    params: { query: { limit: COMPARED, to: new Date(until).toISOString(), whose: "others" } },
  });
  const lines = (data as unknown as { items: Line[] }).items;
  const copied = new Map(entries.map((entry) => [entry.id, entry]));
  return { differing: lines.filter((line) => !agrees(line, copied.get(line.id))), compared: lines.length };
}

function agrees(line: Line, entry: Entry | undefined): boolean {
  if (!entry || line.altered) return false;
  if (line.unreadable || !line.who) return entry.body === null;
  const { body } = entry;
  return (
    body !== null &&
    body.action === line.action &&
    body.outcome === line.outcome &&
    body.time === line.time &&
    body.actor.role === line.who.role &&
    (line.who.id === "" || body.actor.id === line.who.id)
  );
}
