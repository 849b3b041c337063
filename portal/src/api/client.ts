/**
 * The one way to the API. Paths, parameters and bodies are typed by schema.d.ts, which is made from the OpenAPI document.
 *
 * Every request carries the marks that the session's cookie asks for (X-Requested-By), the id of this device and the
 * reader's language; a request that makes something carries an Idempotency-Key, so that it may be sent twice.
 * When the API wants a fresh second factor, the person is asked for it and the request is sent again.
 */
import createClient from "openapi-fetch";
import { currentLanguage } from "../i18n";
import { Problem, asProblem, problemOf } from "./problems";
import type { paths } from "./schema";

const DEVICE = "device"; // a random id of this browser, so that the owner can tell a known device from a new one

export function deviceId(): string {
  let id = localStorage.getItem(DEVICE);
  if (!id) localStorage.setItem(DEVICE, (id = crypto.randomUUID()));
  return id;
}

export function marks(): Record<string, string> {
  return { "X-Requested-By": "portal", "X-Device-ID": deviceId(), "Accept-Language": currentLanguage() };
}

/** Asks for a fresh second factor; true when it was given. Set by app/StepUp.tsx. */
let askForFactor: (problem: Problem) => Promise<boolean> = async () => false;
export const onStepUp = (ask: typeof askForFactor): void => void (askForFactor = ask);

/** Told when the session is gone. Set by app/session.tsx. */
let tellEnded: () => void = () => {};
export const onSessionEnd = (told: typeof tellEnded): void => void (tellEnded = told);

const STEP_UP = "step-up-required";
const NOT_A_SESSION = /^\/api\/v1\/(sessions|registrations|recoveries|sign-in|shares)\b/;

/** As fetch, with the marks; throws Problem for every answer that is not 2xx. */
export async function send(input: Request): Promise<Response> {
  for (const [name, value] of Object.entries(marks())) input.headers.set(name, value);
  if (input.method === "POST" && !input.headers.has("Idempotency-Key")) {
    input.headers.set("Idempotency-Key", crypto.randomUUID());
  }
  const again = input.clone();
  const answer = await fetch(input).catch((thrown: unknown) => {
    throw asProblem(thrown);
  });
  if (answer.ok) return answer;
  const problem = await problemOf(answer);
  if (problem.code === STEP_UP && (await askForFactor(problem))) return send(again);
  if (problem.status === 401 && !NOT_A_SESSION.test(new URL(input.url).pathname)) tellEnded();
  throw problem;
}

export const api = createClient<paths>({ baseUrl: location.origin, fetch: send });

/** The body of an answer. */
export async function got<T>(call: Promise<{ data?: T }>): Promise<T> {
  return (await call).data as T;
}

/** A file of the API (PDF, scan), as a Blob with the name that the answer gives it. */
export async function file(path: string, accept = "*/*", init: RequestInit = {}): Promise<{ blob: Blob; name: string }> {
  const answer = await send(new Request(new URL(path, location.origin), { ...init, headers: { ...init.headers, Accept: accept } }));
  const given = answer.headers.get("content-disposition") ?? "";
  const starred = /filename\*=UTF-8''([^;]+)/i.exec(given)?.[1];
  const name = starred ? decodeURIComponent(starred) : (/filename="?([^";]+)/i.exec(given)?.[1] ?? "file");
  return { blob: await answer.blob(), name };
}
