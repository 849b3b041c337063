/** Bytes as text, as the API, passkeys and keys have them (RFC 4648, sections 4 and 5), and certificates in their armour. */

export function toBase64(bytes: ArrayBuffer | Uint8Array): string {
  let text = "";
  for (const byte of new Uint8Array(bytes)) text += String.fromCharCode(byte); // an argument a byte is too much for a file
  return btoa(text);
}

export const toBase64url = (bytes: ArrayBuffer | Uint8Array): string =>
  toBase64(bytes).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

export function fromBase64url(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

/** A file of DER, or of its armour (PEM, RFC 7468), as base64 of the DER. */
export async function derOf(file: File): Promise<string> {
  const bytes = await file.arrayBuffer();
  const armoured = /-----BEGIN [A-Z0-9 ]+-----([A-Za-z0-9+/=\s]+)-----END/.exec(new TextDecoder().decode(bytes))?.[1];
  return armoured ? armoured.replace(/\s/g, "") : toBase64(bytes);
}
