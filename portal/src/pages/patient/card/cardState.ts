export type CardState = {
  card: string;
  application: { application: string; state: string; at: string; reason?: string } | null;
};

export const cardStateKey = ["card-state"] as const;

/** Why an application was refused, as the API names it. */
export const REASONS = ["papers-differ", "unreadable", "not-in-person", "other"] as const;
export type Reason = (typeof REASONS)[number];
