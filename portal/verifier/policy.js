// The policy: whose signatures count. Who verifies keeps it; the server is never asked for it at that moment.

import { p256, unb64, utf8, verifiesP256 } from "./bytes.js";
import { coded, fields, isList, isObject, isText, matches, parse, whole } from "./json.js";
import { COSIGNATURE, parseKey } from "./notes.js";
import { Flaw } from "./report.js";

const WRITER_DOMAIN = utf8("emr-audit/writer/v1\n");
const MAX_POLICY = 1_000_000;
// Blanks are what Python calls so; \s of this language has one more and one less.
const BLANK = "\\x09-\\x0d\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const logName = matches(new RegExp(`^[^${BLANK}+\\x00-\\x1f]{1,200}$`, "u"));
const witnessName = matches(new RegExp(`^[^${BLANK}\\x00-\\x1f]{1,200}$`, "u"));
const keys = (value) => isList(value) && value.length > 0 && value.every(coded());

/** The writer CA, which may have had several keys. Remembers what it has checked. */
class Authority {
  known = new Map();

  constructor(elliptic) {
    this.keys = elliptic;
  }

  /** A promise; the same one for the same question. */
  certifies(writer, certificate) {
    const pair = `${writer} ${certificate}`;
    if (!this.known.has(pair)) this.known.set(pair, this.verify(writer, certificate));
    return this.known.get(pair);
  }

  async verify(writer, certificate) {
    if (!coded()(certificate)) return false;
    const signature = unb64(certificate);
    for (const key of this.keys) {
      if (await verifiesP256(key, signature, WRITER_DOMAIN, utf8(writer))) return true;
    }
    return false;
  }
}

async function elliptic(spki, field) {
  const key = await p256(spki);
  if (!key) throw new Flaw("policy-key", { field });
  return key;
}

async function witness(text) {
  let key = null;
  try {
    key = await parseKey(isText(text) ? text : "");
  } catch (flaw) {
    if (!(flaw instanceof Flaw)) throw flaw;
  }
  if (key?.kind !== COSIGNATURE || !key.key || !witnessName(key.name)) throw new Flaw("policy-key", { field: "witnesses" });
  return key;
}

/** {name, logKeys, authority, witnesses, quorum} from the text of a file. Raises Flaw. */
export async function readPolicy(text) {
  if (utf8(text).length > MAX_POLICY) throw new Flaw("too-large", { most: MAX_POLICY });
  const policy = fields(parse(text), { log: isObject, writer_ca: keys, witnesses: isList, quorum: whole() });
  const log = fields(policy.get("log"), { name: logName, keys });
  const witnesses = [];
  for (const key of policy.get("witnesses")) witnesses.push(await witness(key));
  const quorum = policy.get("quorum");
  if (quorum > witnesses.length) throw new Flaw("field-wrong", { field: "quorum" });
  const different = (part) => new Set(witnesses.map(part)).size === witnesses.length;
  if (!different((key) => key.name) || !different((key) => key.coded)) {
    throw new Flaw("policy-witness-twice");
  }
  const logKeys = log.get("keys").map(unb64);
  for (const key of logKeys) await elliptic(key, "log");
  const authority = [];
  for (const key of policy.get("writer_ca")) authority.push(await elliptic(unb64(key), "writer_ca"));
  return { name: log.get("name"), logKeys, authority: new Authority(authority), witnesses, quorum };
}

/** Four digits, or null for a log that is not of this policy. */
export function yearOf(policy, origin) {
  const year = origin.slice(policy.name.length + 1);
  return origin === `${policy.name}/${year}` && /^[0-9]{4}$/.test(year) ? year : null;
}
