/** WebAuthn with the JSON forms of its options and answers (WebAuthn level 3, section 5.1.10); binary parts by hand, for older browsers. */

import { fromBase64url, toBase64url } from "../api/base64";

type Json = Record<string, unknown>;

const named = (list: unknown) =>
  ((list ?? []) as Json[]).map((one) => ({ type: "public-key", ...one, id: fromBase64url(one["id"] as string) }) as PublicKeyCredentialDescriptor);

export const passkeysWork = (): boolean => "PublicKeyCredential" in window;

/** The answer of a passkey to a challenge of the API, as JSON. Throws DOMException when the person breaks off. */
export async function askPasskey(options: Json): Promise<Json> {
  const asked = (options["publicKey"] ?? options) as Json;
  const publicKey = {
    ...asked,
    challenge: fromBase64url(asked["challenge"] as string),
    allowCredentials: named(asked["allowCredentials"]),
  } as PublicKeyCredentialRequestOptions;
  const given = (await navigator.credentials.get({ publicKey })) as PublicKeyCredential;
  const response = given.response as AuthenticatorAssertionResponse;
  return {
    ...credential(given),
    response: {
      clientDataJSON: toBase64url(response.clientDataJSON),
      authenticatorData: toBase64url(response.authenticatorData),
      signature: toBase64url(response.signature),
      ...(response.userHandle ? { userHandle: toBase64url(response.userHandle) } : {}),
    },
  };
}

/** A new passkey of this device for the options of the API, as JSON. */
export async function makePasskey(options: Json): Promise<Json> {
  const asked = (options["publicKey"] ?? options) as Json;
  const user = asked["user"] as Json;
  const publicKey = {
    ...asked,
    challenge: fromBase64url(asked["challenge"] as string),
    user: { ...user, id: fromBase64url(user["id"] as string) },
    excludeCredentials: named(asked["excludeCredentials"]),
    extensions: { ...(asked["extensions"] as Json), prf: {} }, // so that it can open what is kept here without a connection
  } as unknown as PublicKeyCredentialCreationOptions;
  const made = (await navigator.credentials.create({ publicKey })) as PublicKeyCredential;
  const response = made.response as AuthenticatorAttestationResponse;
  return {
    ...credential(made),
    response: {
      clientDataJSON: toBase64url(response.clientDataJSON),
      attestationObject: toBase64url(response.attestationObject),
      transports: response.getTransports?.() ?? [],
    },
  };
}

const credential = (made: PublicKeyCredential): Json => ({
  id: made.id,
  rawId: toBase64url(made.rawId),
  type: made.type,
  clientExtensionResults: made.getClientExtensionResults(),
  ...(made.authenticatorAttachment ? { authenticatorAttachment: made.authenticatorAttachment } : {}),
});
