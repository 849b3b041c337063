/** Recognition of scans as its pages know it. */
import type { Values } from "../../../records/schema";
import type { Two } from "../../../i18n";

export type State = "waiting" | "ready" | "failed" | "confirmed" | "refused";
export type Mark = "photographed" | "uneven-light" | "soft" | "turned" | "skewed" | "shrunk";

export type ReadPage = { readonly number: number; readonly width: number; readonly height: number; readonly marks: readonly Mark[]; readonly blank: boolean };

/** Left, top, width and height as shares of the page. */
export type Box = readonly [number, number, number, number];

/** A value, and where on the paper it stands; `text` is what stands there, `guessed`: the value is what may be meant. */
export type FoundField = {
  readonly field: string;
  readonly value: string;
  readonly text: string;
  readonly confidence: number | null;
  readonly guessed: boolean;
  readonly page: number;
  readonly box: Box;
};

export type Recognition = {
  readonly id: string;
  readonly kind: string;
  readonly document: string;
  readonly state: State;
  readonly at: string;
  readonly record?: string;
  readonly pages?: readonly ReadPage[];
  readonly fault?: { readonly code: string; readonly page: number; readonly text: string };
  readonly version: number;
};

export type DraftShown = Recognition & {
  readonly draft?: { readonly body: Values; readonly fields: readonly FoundField[]; readonly patient: FoundField | null };
};

export type Settings = {
  readonly available: boolean;
  readonly kinds: readonly string[];
  readonly handwriting: { readonly connected: boolean; readonly switched_on: boolean; readonly title: Partial<Two> };
};
