// C2SP signed notes, checkpoints and cosignatures: reading and verifying them.
// Sources: C2SP signed-note, tlog-checkpoint, tlog-cosignature. Types: ECDSA 0x02, Ed25519 cosignature/v1 0x04.

import { b64, ed25519, hex, join, p256, sha256, unb64, utf8, verifiesEd25519, verifiesP256 } from "./bytes.js";
import { HASH } from "./json.js";
import { Flaw } from "./report.js";

export const [ECDSA, COSIGNATURE] = [2, 4];
const MAX_NOTE = 1_000_000; // characters
const COSIGNATURE_LENGTH = 72; // eight bytes of time, 64 of signature
const LINE = /\u2014 ([^ \n+]+) ([A-Za-z0-9+/=]+)\n/y;
const CONTROL = /[\x00-\x09\x0b-\x1f]/;

const malformed = () => new Flaw("note-malformed");

/** A named public key with its id. `raw` is SPKI DER for ECDSA, 32 bytes for a witness; `coded` is its base64. */
export async function verifierKey(name, kind, raw) {
  const hashed = kind === ECDSA ? [raw] : [utf8(`${name}\n`), Uint8Array.of(kind), raw];
  const id = hex((await sha256(...hashed)).subarray(0, 4));
  const key = kind === ECDSA ? await p256(raw) : await ed25519(raw);
  const coded = b64(join(Uint8Array.of(kind), raw));
  return { name, kind, id, key, coded, text: `${name}+${id}+${coded}` };
}

/** C2SP's `name+id+key`. Raises Flaw. */
export async function parseKey(text) {
  const [name, id] = text.split("+", 2);
  if (id === undefined || text.length <= name.length + id.length + 1) throw malformed();
  const raw = unb64(text.slice(name.length + id.length + 2));
  const key = await verifierKey(name, raw[0] ?? 0, raw.subarray(1));
  if (![ECDSA, COSIGNATURE].includes(key.kind) || key.id !== id) throw malformed();
  return key;
}

/** Time of a cosignature in seconds as a BigInt, 0 of another signature. Raises Flaw. */
async function verified(key, text, signature) {
  let [time, right] = [0n, false];
  if (key.kind === ECDSA) {
    right = await verifiesP256(key.key, signature, utf8(text));
  } else if (signature.length === COSIGNATURE_LENGTH) {
    time = BigInt(`0x${hex(signature.subarray(0, 8))}`);
    right = await verifiesEd25519(key.key, signature.subarray(8), utf8(`cosignature/v1\ntime ${time}\n${text}`));
  }
  if (!right) throw new Flaw("note-signature", { name: key.name });
  return time;
}

const characters = (text) => (text.length <= MAX_NOTE ? text.length : [...text].length);

/** The signed text, and [name, key id and signature] of each line below. Raises Flaw. */
function split(note) {
  const end = note.lastIndexOf("\n\n");
  if (characters(note) > MAX_NOTE || CONTROL.test(note) || end < 0) throw malformed();
  const [text, rest, lines] = [note.slice(0, end + 1), note.slice(end + 2), []];
  LINE.lastIndex = 0;
  for (let at = 0; at < rest.length; at = LINE.lastIndex) {
    LINE.lastIndex = at;
    const found = LINE.exec(rest);
    if (!found) throw malformed();
    lines.push([found[1], unb64(found[2])]);
  }
  if (!lines.length) throw malformed();
  return [text, lines];
}

/** The body of a checkpoint, nothing verified. Raises Flaw. */
function parseText(text) {
  const lines = text.split("\n");
  if (lines.length !== 4 || lines[3] || !lines[0] || !/^(?:0|[1-9][0-9]{0,17})$/.test(lines[1])) throw malformed();
  const root = unb64(lines[2]);
  if (root.length !== HASH) throw malformed();
  return { origin: lines[0], size: BigInt(lines[1]), root };
}

/**
 * A checkpoint of `origin`, signed by one of the log's keys and by `quorum` witnesses: {size, root, witnessed, strange}.
 *
 * `witnessed` maps the texts of known witnesses' keys to the times of their cosignatures. `strange` names lines that
 * borrow the name or the id of a known key and are not by it. Other lines are passed over, as C2SP demands; a wrong
 * signature of a known key is fatal. Raises Flaw.
 */
export async function openCheckpoint(note, origin, { logKeys, witnesses, quorum }) {
  const [text, lines] = split(note);
  const checkpoint = parseText(text);
  if (checkpoint.origin !== origin) throw new Flaw("note-origin", { origin });
  const own = await Promise.all(logKeys.map((spki) => verifierKey(origin, ECDSA, spki)));
  const keys = new Map([...own, ...witnesses].map((key) => [`${key.id} ${key.name}`, key]));
  const known = [...keys.values()];
  const [witnessed, strange] = [new Map(), []];
  let signed = false;
  for (const [name, raw] of lines) {
    const id = hex(raw.subarray(0, 4));
    const key = keys.get(`${id} ${name}`);
    if (!key) {
      if (known.some((other) => other.name === name || other.id === id)) strange.push(name);
      continue;
    }
    const time = await verified(key, text, raw.subarray(4));
    if (key.kind === COSIGNATURE) witnessed.set(key.text, time);
    else signed = true;
  }
  if (!signed) throw new Flaw("note-unsigned");
  if (witnessed.size < quorum) throw new Flaw("note-quorum", { have: witnessed.size, need: quorum });
  return { size: checkpoint.size, root: checkpoint.root, witnessed, strange };
}
