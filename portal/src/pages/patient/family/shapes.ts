/** What the API says of a family, as far as these pages use it. */
import type { SharedSection } from "../../../access/sections";

export const LENT = ["records", "report", "apply"] as const;
export type Lent = (typeof LENT)[number];
export type Right = Lent | "consent" | "journal";
export type Kind = "parent" | "guardian" | "court" | "granted";
export type Level = "full" | "limited";

export type Representation = {
  kind: Kind;
  state: "active" | "ended";
  level: Level;
  /** None named: all of them. */
  sections: SharedSection[];
  rights: Right[];
  /** What a doctor closed. */
  hidden: SharedSection[];
  since: string;
  until?: string;
  ended_at?: string;
};

export type Ward = Representation & { patient_id: string; name?: string };
export type Representative = Representation & { person_id: string; name: string; live: boolean; version: number };

export type Child = {
  patient_id: string;
  relation: string;
  person: Partial<Record<"last_name" | "first_name" | "middle_name" | "birth_date", string>>;
  acting: boolean;
  card?: string;
  until?: string;
};
