/** Errors of the API (RFC 9457, application/problem+json) as the pages meet them. */
import { currentLanguage } from "../i18n";

export type FieldProblem = { field: string; code: string; message: string; message_ru: string };

type Body = {
  code?: string;
  title?: string;
  title_ru?: string;
  detail?: string;
  request_id?: string;
  fields?: FieldProblem[];
  [more: string]: unknown;
};

/** What the API refused, or "network" when it was not reached. `extra` has the further members of the answer. */
export class Problem extends Error {
  readonly code: string;
  readonly status: number;
  readonly fields: readonly FieldProblem[];
  readonly requestId: string;
  readonly retryAfter: number | null;
  readonly extra: Readonly<Record<string, unknown>>;

  constructor(status: number, body: Body, retryAfter: number | null = null) {
    super(body.code ?? `status-${status}`);
    this.name = "Problem";
    this.status = status;
    this.code = body.code ?? (status === 0 ? "network" : "unexpected");
    this.fields = body.fields ?? [];
    this.requestId = body.request_id ?? "";
    this.retryAfter = retryAfter;
    this.extra = body;
  }

  /** The refusal in the reader's language. */
  get words(): string {
    if (this.code === "network") return NO_CONNECTION[currentLanguage()];
    const title = currentLanguage() === "ru" ? this.extra["title_ru"] : this.extra["title"];
    return typeof title === "string" ? title : UNKNOWN[currentLanguage()];
  }

  get offline(): boolean {
    return this.code === "network";
  }
}

const NO_CONNECTION = {
  ru: "Нет связи с сервером. Проверьте подключение к интернету и попробуйте ещё раз.",
  en: "The server cannot be reached. Check your connection and try again.",
};
const UNKNOWN = {
  ru: "Что-то пошло не так. Попробуйте ещё раз через минуту.",
  en: "Something went wrong. Try again in a minute.",
};

export const fieldWords = (problem: FieldProblem): string =>
  currentLanguage() === "ru" ? problem.message_ru || problem.message : problem.message;

export async function problemOf(answer: Response): Promise<Problem> {
  const body = await answer.json().catch(() => ({}));
  const wait = Number(answer.headers.get("retry-after"));
  return new Problem(answer.status, body as Body, Number.isFinite(wait) && wait > 0 ? wait : null);
}

/** Whatever was thrown, as a Problem: fetch throws TypeError when there is no connection. */
export function asProblem(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown;
  if (thrown instanceof TypeError) return new Problem(0, {});
  throw thrown;
}
