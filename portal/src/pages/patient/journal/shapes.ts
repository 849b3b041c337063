/** A line of the access journal. `who` and the rest are missing in one that was altered or cannot be read any more. */
export type Who = {
  id: string;
  name: string;
  role: string;
  role_name: string;
  organisation: string;
  organisation_name: string;
  department: string;
  member: string;
};
export type Line = {
  id: string;
  at: string;
  altered: boolean;
  unreadable: boolean;
  time?: string;
  who?: Who;
  mine?: boolean;
  action?: string;
  what?: string;
  record?: { name: string } | null;
  why?: string;
  outcome?: "success" | "denied" | "error";
};

export type Emergency = {
  id: string;
  name: string;
  at: string;
  reason: "unconscious" | "life-threat" | "cannot-consent" | "infection-threat";
  words?: string;
  state: "open" | "justified" | "unjustified";
  uses: number;
  decision?: string;
};

export const EMERGENCY = "card:break-glass";

export type Filter = {
  who: "others" | "all" | "doctor" | "nurse" | "registrar" | "representative" | "pharmacy" | "laboratory" | "recipient";
  period: "all" | "week" | "month" | "year";
  kind: "all" | "emergency" | "denied";
  /** One person alone, chosen from a line. */
  person: { id: string; name: string } | null;
};
export const NO_FILTER: Filter = { who: "others", period: "all", kind: "all", person: null };

const DAYS = { week: 7, month: 31, year: 366 } as const;

/** As the API asks for it; the day alone, so that the question stays the same all day. */
export function queryOf({ who, period, kind, person }: Filter) {
  const since = period === "all" ? "" : new Date(Date.now() - DAYS[period] * 86_400_000).toISOString().slice(0, 10);
  return {
    ...(who === "others" ? { whose: "others" as const } : who === "all" ? {} : { role: who }),
    ...(since ? { from: since } : {}),
    ...(kind === "emergency" ? { action: EMERGENCY } : kind === "denied" ? { outcome: "denied" as const } : {}),
    ...(person ? { actor: person.id } : {}),
  };
}
