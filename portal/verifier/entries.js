// Entries: the envelope (leaf data), the writer's signature, the body. Format: docs/audit.md, section 2.

import { b64, ed25519, sha256, unb64, utf8, verifiesEd25519 } from "./bytes.js";
import {
  anything, canonical, coded, fields, HASH, isObject, KEY, LAST_MOMENT, matches, one, parseCanonical, SIGNATURE, whole,
} from "./json.js";
import { leafHash } from "./merkle.js";
import { Flaw } from "./report.js";

const MAX_ENVELOPE = 4096; // bytes
const MAX_BODY = 1_000_000;
const BODY_DOMAIN = utf8("emr-audit/body/v1\n");
const ENTRY_DOMAIN = utf8("emr-audit/entry/v1\n");

const hash = coded(HASH);
const tag = matches(/^[A-Za-z0-9+/=_-]{1,64}$/);
const ENVELOPE = {
  v: one,
  id: matches(/^[0-9a-f]{8}-[0-9a-f]{4}-[78][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
  tag,
  n: whole(),
  pi: whole(-1),
  prev: (value) => value === "" || hash(value),
  t: whole(0, LAST_MOMENT),
  com: hash,
  ct: hash,
  w: isObject,
  log: isObject,
};
const WRITER = { id: coded(KEY), n: whole(), sig: coded(SIGNATURE), cert: coded() };
const YEAR_BEFORE = { origin: matches(/^[^\x00-\x1f]{0,300}$/u), root: hash, size: whole() };
const BODY = {
  v: one,
  id: anything,
  actor: isObject,
  patient: anything,
  action: anything,
  details: isObject,
  earlier: (value) => value === null || isObject(value),
};
const EARLIER = { tag, y: whole(1000, 9999) };

/** A canonical envelope with exactly its fields. Raises Flaw. */
export async function readEnvelope(text) {
  const raw = utf8(text);
  if (raw.length >= MAX_ENVELOPE) throw new Flaw("too-large", { most: MAX_ENVELOPE - 1 });
  const found = fields(parseCanonical(text), ENVELOPE, ["log"]);
  const writer = fields(found.get("w"), WRITER, ["cert"]);
  if (found.has("log")) fields(found.get("log"), YEAR_BEFORE);
  return {
    id: found.get("id"),
    tag: found.get("tag"),
    n: found.get("n"),
    pi: found.get("pi"),
    prev: found.get("prev"),
    t: found.get("t"),
    com: found.get("com"),
    ct: found.get("ct"),
    writer: writer.get("id"),
    counter: writer.get("n"),
    signature: writer.get("sig"),
    certificate: writer.get("cert") ?? null,
    yearBefore: found.has("log"), // what the first leaf of a log says of the log before it
    leaf: await leafHash(raw),
  };
}

/** Whether the writer signed it, for the log of this year. `keys` remembers what was imported. */
export async function signed(envelope, year, keys) {
  const { id, com, ct, writer, counter } = envelope;
  if (!keys.has(writer)) keys.set(writer, ed25519(unb64(writer)));
  const content = Object.entries({ id, tag: envelope.tag, com, ct, w: writer, wn: counter, y: year });
  const message = utf8(canonical(new Map(content)));
  return verifiesEd25519(await keys.get(writer), unb64(envelope.signature), ENTRY_DOMAIN, message);
}

/**
 * The body that was logged in this envelope, as a Map. Raises Flaw.
 *
 * Fields that no check rests on may be anything: what was logged, was logged.
 */
export async function readBody(text, envelope) {
  const raw = utf8(text);
  if (raw.length > MAX_BODY) throw new Flaw("too-large", { most: MAX_BODY });
  if (b64(await sha256(BODY_DOMAIN, raw)) !== envelope.com) throw new Flaw("body-altered");
  const body = parseCanonical(text);
  if (!isObject(body)) throw new Flaw("not-an-object");
  fields(new Map([...body].filter(([name]) => Object.hasOwn(BODY, name))), BODY);
  if (body.get("earlier") !== null) fields(body.get("earlier"), EARLIER);
  if (body.get("id") !== envelope.id) throw new Flaw("body-of-another-entry");
  return body;
}
