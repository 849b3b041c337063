// Bytes, base64, hashes and signatures. WebCrypto only: browsers since 2025, Node.js 20 and newer.

import { Flaw } from "./report.js";

const encoder = new TextEncoder();
const P256 = { name: "ECDSA", namedCurve: "P-256" };
const ES256 = { name: "ECDSA", hash: "SHA-256" };
const ED25519 = { name: "Ed25519" };
const COORDINATE = 32; // bytes of r and of s
// SubjectPublicKeyInfo of a P-256 key (RFC 5480) up to its 65 bytes: named curve, uncompressed point.
const SPKI = "3059301306072a8648ce3d020106082a8648ce3d030107034200";

/** The code of a base64 text that cannot be read depends on who asks; that of a note is the commonest. */
const malformed = () => new Flaw("note-malformed");

export const utf8 = (text) => encoder.encode(text);

/** Raises Flaw for bytes that are no UTF-8, and keeps a byte order mark, which JSON does not allow. */
export function text(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Flaw("json-malformed");
  }
}

export function join(...parts) {
  const joined = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

export function b64(bytes) {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

/** Raises Flaw for anything but standard, padded, canonical base64. */
export function unb64(text) {
  let binary;
  try {
    binary = atob(text); // forgives blanks, absent padding and stray bits; writing it again does not
  } catch {
    throw malformed();
  }
  if (btoa(binary) !== text) throw malformed();
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

export async function sha256(...parts) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", join(...parts)));
}

/** DER of an ECDSA signature as r || s. Null for any but the one encoding that X.690 calls DER. */
export function rawSignature(der) {
  const numbers = [];
  if (der.length < 2 || der[0] !== 0x30 || der[1] !== der.length - 2 || der[1] > 0x7f) return null;
  for (let at = 2; at < der.length; at += 2 + der[at + 1]) {
    const size = der[at + 1];
    const number = der.subarray(at + 2, at + 2 + size);
    if (der[at] !== 0x02 || !size || number.length !== size || number[0] & 0x80) return null;
    if (size > 1 && number[0] === 0 && !(number[1] & 0x80)) return null; // a zero that is not needed
    numbers.push(number[0] === 0 ? number.subarray(1) : number);
  }
  if (numbers.length !== 2 || numbers.some((number) => number.length > COORDINATE)) return null;
  const raw = new Uint8Array(2 * COORDINATE);
  numbers.forEach((number, place) => raw.set(number, (place + 1) * COORDINATE - number.length));
  return raw;
}

/** A P-256 key from SPKI DER, in the one form that KMS gives. Null for any other, and for a point beside the curve. */
export async function p256(spki) {
  if (spki.length !== SPKI.length / 2 + 65 || hex(spki.subarray(0, SPKI.length / 2)) !== SPKI) return null;
  if (spki[SPKI.length / 2] !== 4) return null;
  try {
    return await crypto.subtle.importKey("spki", spki, P256, false, ["verify"]);
  } catch {
    return null;
  }
}

export async function verifiesP256(key, der, ...message) {
  const signature = rawSignature(der);
  return signature !== null && crypto.subtle.verify(ES256, key, signature, join(...message));
}

/** An Ed25519 key from its 32 bytes. Null when they are no key. */
export async function ed25519(raw) {
  try {
    return await crypto.subtle.importKey("raw", raw, ED25519, false, ["verify"]);
  } catch {
    return null;
  }
}

export async function verifiesEd25519(key, signature, ...message) {
  return key !== null && crypto.subtle.verify(ED25519, key, signature, join(...message));
}

// RFC 8032, 7.1, test 1
const KEY = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
const SIGNATURE = "5VZDAMNgrHKQhuLMgG6CioSHfx645dl02HPgZSJJAVVfuIIVkKM7rMYeOXAc+bRr0lv18FlbviRlUUFDjnoQCw==";

/** Whether this browser has what a check needs. Without it every signature would look forged. */
export async function capable() {
  if (!globalThis.crypto?.subtle) return false; // also on a page that is not from https or localhost
  return verifiesEd25519(await ed25519(unb64(KEY)), unb64(SIGNATURE), new Uint8Array()).catch(() => false);
}
