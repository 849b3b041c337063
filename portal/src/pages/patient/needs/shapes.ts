/** What the API answers about what is due, where it says more than its document. */
export type Word = "done-elsewhere" | "not-applicable";

export type Need = {
  id: string;
  rule: string;
  family: "vaccination" | "screening" | "condition" | "review" | "target" | "result" | "prescription";
  what: string;
  since: string;
  by: string | null;
  reason: string;
  records: { kind: string; record: string; on: string }[];
  source: { name: string; says: string; own: string };
};

export type Marked = Need & {
  mark: { mark: Word; on: string; by: "patient" | "representative" | "doctor"; until: string | null };
};

export type Unjudged = {
  rule: string;
  what: string;
  why: "section-closed" | "person-unknown" | "more-records";
  sections: string[];
};

export type Needs = {
  hints: boolean;
  version: number;
  as_of: string;
  meaning: string;
  items: Need[];
  marked: Marked[];
  not_judged: Unjudged[];
};
