/** The verifier's modules as the portal calls them; they stand alone and are plain JavaScript (portal/verifier/). */
declare module "*/verifier/verify.js" {
  export type Finding = { code: string; place: string; values: Record<string, unknown>; level: "usage" | "broken" | "alarm" | "info" };
  export type Body = {
    action?: unknown;
    outcome?: unknown;
    time?: unknown;
    actor: { id?: unknown; role?: unknown };
  };
  export type Entry = { year: number; place: string; time: number; id: string; body: Body | null };
  export type Chain = {
    year: number;
    entries: number;
    erased: number;
    size: number | string;
    witnesses: Record<string, number | string>;
  };
  export type Result = {
    findings: Finding[];
    leftOff: Record<string, number>;
    exitCode: 0 | 1 | 2 | 3;
    facts: { patient?: string; chains?: Chain[] };
    entries: Entry[];
  };
  export function check(
    bundle: string,
    policy: string,
    asked: { nonce?: string; maxAge?: number | null; now?: number },
  ): Promise<Result>;
}
declare module "*/verifier/texts.js" {
  export function sentence(code: string, language: string, values?: Record<string, unknown>): string;
  export function placeText(place: string, language: string): string;
}
declare module "*/verifier/growth.js" {
  export type Growth = "same" | "grown" | "older" | "other" | "unproved";
  export function growth(
    policy: string,
    origin: string,
    old: string,
    now: string,
    ask: (old: number, size: number) => Promise<string[]>,
  ): Promise<Growth>;
}
