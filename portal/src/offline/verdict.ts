/** What an answer of the API means for a draft. */
export type Verdict = "sent" | "conflict" | "rejected" | "later";

/** Refusals of the person or the moment, not of the text: the draft waits. */
const NOT_THE_TEXT = new Set(["step-up-required", "cross-site", "assurance-level", "not-ready"]);
const STALE = new Set(["conflict", "stale-version"]);
const TOO_MANY = 429;

/** `status` 0: no answer. A draft is never dropped but when it was taken. */
export function verdictOf(status: number, code: string): Verdict {
  if (status >= 200 && status < 300) return "sent";
  if (status === 0 || status === 401 || status === 408 || status === TOO_MANY || status >= 500) return "later";
  if (NOT_THE_TEXT.has(code)) return "later";
  if (status === 412 || (status === 409 && STALE.has(code))) return "conflict";
  return "rejected";
}
