/** What is said of a code: the state by the system where it can be asked, else what the signature alone tells. */
import { api } from "../../../api/client";
import { asProblem, type Problem } from "../../../api/problems";
import { checked, type Checked, type Signed } from "./code";
import { publishedKeys } from "./keys";

export const VERDICTS = [
  "valid",
  "dispensed",
  "revoked",
  "replaced",
  "expired",
  "not-now",
  "forged",
  "foreign",
  "unknown",
  "unreadable",
  "authentic-offline",
  "expired-offline",
  "unchecked",
] as const;
export type Verdict = (typeof VERDICTS)[number];

export type Found = { verdict: Verdict; until?: string; content?: Signed; keysOf?: number; problem?: Problem };

type Status = { state: string; valid: boolean; reason?: string; expires_at: string };

const REFUSED: Record<string, Verdict> = {
  "prescription-code-signature": "forged",
  "prescription-code-foreign": "foreign",
  "prescription-code-unreadable": "unreadable",
  "prescription-code-too-long": "unreadable",
  "not-found": "unknown",
};
const ENDED: readonly string[] = ["dispensed", "revoked", "replaced", "expired"];

/** The signature is checked here in any case: who trusts the screen need not trust the answer alone. */
export async function judged(text: string): Promise<Found> {
  const published = await publishedKeys();
  const here = await checked(text, location.origin, published?.keys ?? []);
  const content = "content" in here ? { content: here.content } : {};
  if (here.is === "forged" && published) return { verdict: "forged" };
  if (here.is === "foreign" || here.is === "unreadable") return { verdict: here.is };
  try {
    const status = (await api.POST("/api/v1/prescriptions/status", { body: { code: text.trim() } })).data as Status;
    return { verdict: verdictOf(status), until: status.expires_at, ...content };
  } catch (thrown) {
    const problem = asProblem(thrown);
    const refused = REFUSED[problem.code];
    if (refused) return { verdict: refused };
    if (!problem.offline) return { verdict: "unchecked", problem };
    return { verdict: byItself(here), ...content, ...(published ? { keysOf: published.at } : {}) };
  }
}

function verdictOf({ state, valid }: Status): Verdict {
  if (valid) return "valid";
  return ENDED.includes(state) ? (state as Verdict) : "not-now";
}

function byItself(here: Checked): Verdict {
  if (here.is === "authentic") return "authentic-offline";
  return here.is === "past" ? "expired-offline" : "unchecked";
}
