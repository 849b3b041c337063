/**
 * Sign-in and confirmation of identity at a provider outside (OpenID Connect). The provider sends the browser back to
 * /sign-in with its answer behind the #, which reaches no server. What was begun is remembered in this tab; the secret
 * that binds the answer to it is in a cookie that no script reads (handlers/single_sign_on.py).
 */
import { api } from "../../api/client";

type Purpose = "sign-in" | "confirmation";
type Begun = { provider: string; purpose: Purpose; to: string };
type Returned = { code: string; state: string; iss: string };

const KEPT = "provider-begun"; // names a provider, not a person

async function leave(begun: Begun, answer: Promise<{ data?: unknown }>): Promise<void> {
  const { authorization_url } = (await answer).data as { authorization_url: string };
  sessionStorage.setItem(KEPT, JSON.stringify(begun));
  location.assign(authorization_url);
}

const of = (provider: string) => ({ params: { path: { provider } } });

export const signInAt = (provider: string, to: string) =>
  leave({ provider, purpose: "sign-in", to }, api.POST("/api/v1/sign-in/{provider}", of(provider)));

export const confirmAt = (provider: string, to: string) =>
  leave({ provider, purpose: "confirmation", to }, api.POST("/api/v1/me/identity-confirmations/{provider}", of(provider)));

/** What the browser came back with, once; null when it did not come from a provider. `refused`: the person or the provider broke it off. */
export function returned(): { begun: Begun; answer: Returned; refused: boolean } | null {
  const kept = sessionStorage.getItem(KEPT);
  const given = new URLSearchParams(location.hash.slice(1));
  if (!kept || !(given.has("code") || given.has("error"))) return null;
  sessionStorage.removeItem(KEPT);
  history.replaceState(null, "", location.pathname + location.search);
  const answer = { code: given.get("code") ?? "", state: given.get("state") ?? "", iss: given.get("iss") ?? "" };
  return { begun: JSON.parse(kept) as Begun, answer, refused: given.has("error") };
}

/** The first half of a sign-in: what a right password answers. */
export const finishSignIn = async (provider: string, answer: Returned) =>
  (await api.POST("/api/v1/sign-in/{provider}/callback", { ...of(provider), body: { ...answer, binding: "" } })).data;

export const finishConfirmation = async (provider: string, answer: Returned) =>
  (await api.POST("/api/v1/me/identity-confirmations/{provider}/callback", { ...of(provider), body: { ...answer, binding: "" } })).data;
