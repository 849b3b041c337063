/** Public keys of a system outside (RFC 7517), as its people send them. */
import { t } from "./systemWords";

type Jwk = Record<string, unknown>;
const PRIVATE = ["d", "p", "q", "dp", "dq", "qi", "k"];

/** A set of keys, or one key alone. Throws when the text is neither. */
export function jwksOf(text: string): { keys: Jwk[] } {
  const given = JSON.parse(text) as Jwk;
  if (Array.isArray(given["keys"])) return { keys: given["keys"] as Jwk[] };
  if (typeof given["kty"] === "string") return { keys: [given] };
  throw new SyntaxError("no keys");
}

/** What is wrong with the text, in words; a private key must not even be sent. */
export function keysFault(text: string): string {
  try {
    const { keys } = jwksOf(text);
    if (!keys.length) return t("keysNeeded");
    return keys.some((key) => PRIVATE.some((part) => part in key)) ? t("keysPrivate") : "";
  } catch {
    return t("keysWrong");
  }
}
