/**
 * Answers are kept in the vault and read from it when the API cannot be reached: with a connection the API's word
 * counts, so that nobody reads what they may not read any more. What it refuses to show is not kept either.
 */
import type { QueryPersister } from "@tanstack/react-query";
import { asProblem, type Problem } from "../api/problems";
import { opening } from "./opening";
import { get, isOpen, put, remove, rowId, unlessLocked } from "./vault";

const PREFIX = "answer:";
const UNREACHED = new Set([0, 502, 503, 504]);
const WITHDRAWN = new Set([401, 403, 404, 410]);

/** Moments of the answers that came from this device, by the hash of their query. */
const keptAt = new Map<string, number>();
export const momentOf = (queryHash: string): number | undefined => keptAt.get(queryHash);

/** A query with `meta: { kept: false }` leaves nothing on this device. */
export const keepAnswers: QueryPersister<unknown> = async (ask, context, query) => {
  const wanted = context.meta?.["kept"] !== false;
  try {
    const answer = await ask(context);
    keptAt.delete(query.queryHash);
    if (wanted) unlessLocked(keep(query.queryHash, answer));
    return answer;
  } catch (thrown) {
    const problem = asProblem(thrown);
    const kept = wanted ? await instead(problem, query.queryHash).catch(() => undefined) : undefined;
    if (!kept) throw problem; // whatever is the matter with the vault, what the API said is what is told
    keptAt.set(query.queryHash, kept.at);
    // Once this answer is taken, whose moment would else be now: it is old, and is asked for anew when there is a way.
    setTimeout(() => query.setState({ dataUpdatedAt: kept.at, isInvalidated: true }));
    return kept.value;
  }
};

async function keep(queryHash: string, answer: unknown): Promise<void> {
  await opening();
  if (isOpen()) await put("cache", await rowId(PREFIX, queryHash), answer);
}

async function instead(problem: Problem, queryHash: string) {
  await opening();
  if (!isOpen()) return undefined;
  const id = await rowId(PREFIX, queryHash);
  if (UNREACHED.has(problem.status)) return get<unknown>("cache", id);
  if (WITHDRAWN.has(problem.status)) await remove(id);
  return undefined;
}
