/**
 * The code of a prescription, checked on this device: <origin>/r/<code>#<JWS> (docs/prescriptions.md). A good signature
 * says that this system issued it so; what happened to it since, the system alone knows. The rules are those of
 * verifier/prescriptions, which shares no code with this.
 */

const LONGEST = 2048; // characters of a code with its signature
const LARGEST = 500_000; // bytes of what is signed, unpacked
const SIGNATURE = 64; // bytes: r and s, one after the other
const CODE = /^[\w-]{22}$/;
const TYPE = "medkarta-rx+jws";

export type Jwk = JsonWebKey & { kid?: string };
export type SignedDrug = { inn: string; trade_name?: string; form?: string; strength?: string; dosage?: string; packs?: number };
export type Signed = { id: string; iss: string; exp: number; form: string; drugs: SignedDrug[] };

/** "foreign": of another system; "unsigned": a bare code; "forged": altered, or signed by nobody whom we know. */
export type Checked =
  | { is: "unreadable" | "foreign" | "unsigned" | "forged" }
  | { is: "authentic" | "past"; content: Signed };

export async function checked(text: string, issuer: string, keys: readonly Jwk[], now = Date.now()): Promise<Checked> {
  const given = text.trim();
  if (given.length > LONGEST) return { is: "unreadable" };
  if (/^[a-z]+:\/\//i.test(given) && !given.startsWith(`${issuer}/r/`)) return { is: "foreign" };
  const [code = "", token = ""] = given.replace(`${issuer}/r/`, "").split("#", 2);
  if (!CODE.test(code)) return { is: "unreadable" };
  if (!token) return { is: "unsigned" };
  const content = await signedContent(token, keys).catch(() => null);
  if (!content || content.iss !== issuer || content.id !== code || !Number.isInteger(content.exp)) return { is: "forged" };
  return { is: now < content.exp * 1000 ? "authentic" : "past", content };
}

/** Null where the signature is not by one of these keys. Throws for what is not a JWS. */
async function signedContent(token: string, keys: readonly Jwk[]): Promise<Signed | null> {
  const parts = token.split(".");
  if (parts.length !== 3) return null;
  const [head, body, tail] = parts as [string, string, string];
  const header = JSON.parse(new TextDecoder().decode(bytesOf(head))) as { alg?: string; typ?: string; kid?: string };
  const known = keys.filter((key) => key.kid !== undefined && key.kid === header.kid);
  const signature = bytesOf(tail);
  if (header.alg !== "ES256" || header.typ !== TYPE || known.length !== 1 || signature.length !== SIGNATURE) return null;
  const curve = { name: "ECDSA", namedCurve: "P-256" };
  const key = await crypto.subtle.importKey("jwk", { ...known[0], ext: true }, curve, false, ["verify"]);
  const signed = new TextEncoder().encode(`${head}.${body}`);
  const right = await crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, signature, signed);
  return right ? (JSON.parse(await inflated(bytesOf(body))) as Signed) : null;
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (character) => character.charCodeAt(0));
}

/** Throws for more than could be meant: a small code may unpack to anything. */
async function inflated(packed: Uint8Array<ArrayBuffer>): Promise<string> {
  const reader = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for (let size = 0; ; ) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > LARGEST) throw new RangeError("too large");
    parts.push(value as Uint8Array<ArrayBuffer>);
  }
  return new Blob(parts).text();
}
