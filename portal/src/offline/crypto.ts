/** What the vault needs of WebCrypto: sealing with AES-256-GCM, keys from a passphrase or a passkey, opaque names. */

import { toBase64url } from "../api/base64.ts"; // with its ending: Node reads this file, too (tests/portal/offline.mjs)

export type Sealed = { iv: Uint8Array<ArrayBuffer>; text: ArrayBuffer };

const PASSPHRASE_ROUNDS = 600_000; // OWASP's figure for PBKDF2 with SHA-256; about a second on an old phone
const IV_BYTES = 12;
const utf8 = new TextEncoder();

export const bytesOf = (text: string): Uint8Array<ArrayBuffer> => utf8.encode(text) as Uint8Array<ArrayBuffer>;
export const randomBytes = (count: number) => crypto.getRandomValues(new Uint8Array(count));

/** A name that says nothing: the first 132 bits of SHA-256, each part with its length before it. */
export async function opaque(...parts: string[]): Promise<string> {
  const text = parts.map((part) => `${part.length}:${part}`).join("");
  return toBase64url(await crypto.subtle.digest("SHA-256", bytesOf(text))).slice(0, 22);
}

/** Not extractable: no script can read it back out of the browser. */
export const aesKey = (raw: Uint8Array<ArrayBuffer>): Promise<CryptoKey> =>
  crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);

/** `place` is bound in: what was sealed for one place does not open in another. */
export async function seal(key: CryptoKey, place: string, value: unknown): Promise<Sealed> {
  const iv = randomBytes(IV_BYTES);
  const how = { name: "AES-GCM", iv, additionalData: bytesOf(place) };
  return { iv, text: await crypto.subtle.encrypt(how, key, bytesOf(JSON.stringify(value))) };
}

/** Throws OperationError when the key, the place or a bit of it is another. */
export async function open(key: CryptoKey, place: string, { iv, text }: Sealed): Promise<unknown> {
  const how = { name: "AES-GCM", iv, additionalData: bytesOf(place) };
  return JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt(how, key, text)));
}

const WRAPPING = { name: "AES-GCM", length: 256 };
const USES: KeyUsage[] = ["encrypt", "decrypt"];

export async function keyOfPassphrase(passphrase: string, salt: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  const typed = bytesOf(passphrase.normalize("NFKC"));
  const secret = await crypto.subtle.importKey("raw", typed, "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: PASSPHRASE_ROUNDS };
  return crypto.subtle.deriveKey(how, secret, WRAPPING, false, USES);
}

/** `secret` is what a passkey answers to the same question each time (WebAuthn, extension prf). */
export async function keyOfPasskey(secret: BufferSource, salt: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  const material = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveKey"]);
  const how = { name: "HKDF", hash: "SHA-256", salt, info: bytesOf("medkarta vault") };
  return crypto.subtle.deriveKey(how, material, WRAPPING, false, USES);
}
