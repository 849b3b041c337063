/** What the API says to operators of the identity desk. */
export type Compared = { look_up_id: string; person_id: string; expires_at: number; name: { last_name: string; first_name: string; middle_name?: string } };

export type RecoveryState = "opened" | "approved" | "code-issued" | "redeemed" | "completed" | "cancelled" | "expired";
export type RecoveryReason = "lost-phone" | "lost-password" | "lost-both" | "stolen" | "first-account";

export type Recovery = {
  recovery_id: string;
  person_id: string;
  state: RecoveryState;
  reason: RecoveryReason;
  four_eyes: boolean;
  opened_by: string;
  opened_at: string;
  approved_by?: string;
  good_until: number;
};
