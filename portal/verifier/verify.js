// A patient's bundle: the own chains of all years, whole, unaltered, and up to the patient's own request.
//
// What it rests on: one proof of the newest entry commits to its whole chain (`prev`); the newest entry is the patient's
// request, so nothing was cut off; bodies name the chain of the year before (`earlier`), so no year was left out.
// The rules, their order, codes and places are those of verifier/patient.py; tests/portal holds the two together.

import { b64, capable, text, unb64, utf8 } from "./bytes.js";
import { readBody, readEnvelope, signed } from "./entries.js";
import { coded, fields, HASH, isList, isNumber, isObject, isText, LAST_MOMENT, matches, one, parse, plain, whole } from "./json.js";
import { included } from "./merkle.js";
import { openCheckpoint } from "./notes.js";
import { readPolicy, yearOf } from "./policy.js";
import { attempt, Flaw, Report } from "./report.js";

export { LEVELS } from "./report.js";

const REQUEST = "journal:request";
const MAX_BUNDLE = 256 * 2 ** 20; // bytes
const MAX_CHAINS = 200;
const MINUTE = 60;
const NEW_YEAR = 2 * 24 * 3600; // seconds a chain of the year before may still be the newest, wherever the clocks stand
const TOGETHER = 64; // entries whose hashes and signatures are computed at once
const BUNDLE = {
  v: one,
  patient: matches(/^[^\x00-\x1f]{1,200}$/u),
  nonce: isText,
  made: isText,
  chains: (value) => isList(value) && value.length <= MAX_CHAINS,
  certs: isObject,
};
const hashes = (value) => isList(value) && value.every(coded(HASH));
const CHAIN = { origin: isText, checkpoint: isText, index: whole(), proof: hashes, entries: isList };
const ENTRY = { env: isText, body: (value) => value === null || isText(value) };

/**
 * Checks a bundle (text, or the bytes of a file) by a policy (the same).
 *
 * `nonce` is the number that the patient kept; `maxAge` in minutes of the witnesses' time, null for any; `now` in
 * seconds. Never throws: {findings: [{code, place, values, level}], leftOff: {code: count}, exitCode, facts,
 * entries: [{year, place, time, id, body}]}. Exit codes: 0 fine, 1 alarms only, 2 a broken promise, 3 nothing could be
 * checked. `time` is the log's, in milliseconds; `body` is null for a text that is erased or is not the logged one.
 */
export async function check(bundle, policy, { nonce = "", maxAge = null, now = Date.now() / 1000 } = {}) {
  const report = new Report();
  let found = { facts: {}, entries: [] };
  try {
    if (await capable()) found = await checked(report, bundle, policy, { nonce, maxAge, now });
    else report.add("crypto-missing", "browser");
  } catch (error) {
    report.add("internal", "patient", { kind: error?.name ?? "unknown" });
  }
  return { findings: report.findings, leftOff: report.leftOff, exitCode: report.exitCode, ...found };
}

async function checked(report, bundle, policyFile, asked) {
  const nothing = { facts: {}, entries: [] };
  const policy = await orFlaw(readPolicyFile(policyFile));
  if (policy instanceof Flaw) {
    report.add("policy-unusable", "policy", { why: policy.code, ...policy.values });
    return nothing;
  }
  const found = attempt(report, "bundle-malformed", "bundle", () => fields(parse(decoded(bundle, MAX_BUNDLE)), BUNDLE));
  if (!found) return nothing;
  const given = found.get("nonce");
  if (!asked.nonce) report.add("nonce-unknown", "bundle");
  else if (asked.nonce !== given) report.add("nonce-other", "bundle");
  const run = {
    policy, report, patient: found.get("patient"), nonce: asked.nonce || given, certs: found.get("certs"),
    counters: new Set(), ids: new Set(), keys: new Map(),
  };
  const chains = [];
  for (const [number, value] of found.get("chains").entries()) {
    const chain = await readChain(run, value, `chains/${number}`);
    if (chain) chains.push(chain);
  }
  if (!chains.length) report.add("bundle-empty", "bundle");
  checkYears(run, chains);
  for (const chain of chains) if (asked.maxAge !== null) checkAge(run, chain, asked.maxAge * MINUTE, asked.now);
  if (!policy.quorum) report.add("quorum-none", "policy");
  const facts = { patient: run.patient, chains: chains.map((chain) => factsOf(policy, chain)) };
  return { facts, entries: chains.flatMap((chain) => chain.shown) };
}

const readPolicyFile = async (file) => readPolicy(decoded(file));

/** Raises Flaw. */
function decoded(file, most = Infinity) {
  if ((isText(file) ? file.length : file.byteLength) > most) throw new Flaw("too-large", { most });
  return isText(file) ? file : text(file);
}

/** Null when it cannot be said of which year it is. */
async function readChain(run, value, place) {
  const { report, policy } = run;
  const read = attempt(report, "bundle-malformed", place, () => {
    const found = fields(value, CHAIN);
    return [found, found.get("entries").map((entry) => fields(entry, ENTRY))];
  });
  if (!read) return null;
  const [found, listed] = read;
  const origin = found.get("origin");
  const year = yearOf(policy, origin);
  if (year === null) {
    report.add("chain-origin", place, { origin });
    return null;
  }
  const chain = { year: Number(year), place: year, checkpoint: null, envelopes: [], bodies: [], shown: [] };
  await readEntries(run, chain, listed);
  if (!listed.length) report.add("chain-empty", chain.place);
  chain.checkpoint = await readCheckpoint(run, chain, origin, found.get("checkpoint"));
  if (listed.length && chain.envelopes.length === listed.length) {
    await checkIncluded(run, chain, found.get("index"), found.get("proof").map(unb64));
  }
  return chain;
}

const tagOf = (chain) => chain.envelopes[0]?.tag ?? "";

async function readCheckpoint(run, chain, origin, note) {
  const place = `${chain.place}/checkpoint`;
  try {
    const checkpoint = await openCheckpoint(note, origin, run.policy);
    for (const name of checkpoint.strange) run.report.add("note-strange-line", place, { name });
    return checkpoint;
  } catch (flaw) {
    if (!(flaw instanceof Flaw)) throw flaw;
    run.report.add(flaw.code, place, flaw.values);
    return null;
  }
}

/** The newest entry is in the log; by its `prev` so are all before it. */
async function checkIncluded(run, chain, index, proof) {
  const { checkpoint, envelopes, place } = chain;
  if (!checkpoint) return; // said already
  const newest = envelopes.at(-1);
  const there = await included(newest.leaf, BigInt(index), checkpoint.size, proof, checkpoint.root);
  if (!there) run.report.add("proof", place);
  if (newest.pi >= index || (envelopes.length === 1 && newest.yearBefore !== (index === 0))) {
    run.report.add("chain-index", place, { have: newest.pi, need: index - 1 });
  }
}

/**
 * Many at a time: what takes long comes first, then the rules one entry after another. `gone` is the code for no text:
 * keys are destroyed for all of a chain, so one text alone was lost or hidden.
 */
async function readEntries(run, chain, listed) {
  const gone = listed.some((entry) => entry.get("body") !== null) ? "body-missing" : "body-erased";
  for (let at = 0; at < listed.length; at += TOGETHER) {
    const read = await Promise.all(listed.slice(at, at + TOGETHER).map((entry) => readEntry(run, chain, entry)));
    read.forEach((found, number) => checkEntry(run, chain, found, at + number, gone));
  }
}

/** {envelope, signed, certified, body}: each what was read, or its Flaw. */
async function readEntry(run, chain, entry) {
  const envelope = await orFlaw(readEnvelope(entry.get("env")));
  if (envelope instanceof Flaw) return { envelope };
  const own = run.certs.get(envelope.writer);
  const certificates = [envelope.certificate, own].filter(isText);
  const text = entry.get("body");
  return {
    envelope,
    signed: await signed(envelope, chain.year, run.keys),
    certified: await Promise.all(certificates.map((one) => run.policy.authority.certifies(envelope.writer, one))),
    body: text === null ? null : await orFlaw(readBody(text, envelope)),
  };
}

const orFlaw = (promise) =>
  promise.catch((flaw) => {
    if (!(flaw instanceof Flaw)) throw flaw;
    return flaw;
  });

function checkEntry(run, chain, found, number, gone) {
  const { report, ids } = run;
  const { envelope } = found;
  const place = `${chain.place}/entry/${number}`;
  if (envelope instanceof Flaw) {
    report.add("entry-malformed", place, { why: envelope.code, ...envelope.values });
    return;
  }
  checkLinks(run, chain, envelope, number, place);
  checkWriter(run, found, place);
  if (ids.has(envelope.id)) report.add("entry-twice", place, { id: envelope.id });
  ids.add(envelope.id);
  chain.envelopes.push(envelope);
  const body = checkBody(run, found.body, place, gone);
  chain.bodies.push(body);
  chain.shown.push({ year: chain.year, place, time: envelope.t, id: envelope.id, body: plain(body) });
}

/** To the entry before it; leaf indexes rise, and time does not fall. */
function checkLinks(run, chain, envelope, number, place) {
  const { report } = run;
  const before = chain.envelopes.at(-1);
  const { n, pi } = envelope;
  if (n !== number) report.add("chain-number", place, { have: n, need: number });
  if (envelope.tag !== (tagOf(chain) || envelope.tag)) report.add("chain-tag", place);
  if (envelope.prev !== (before ? b64(before.leaf) : "")) report.add("chain-link", place);
  if (before ? pi <= before.pi : pi !== -1) {
    report.add("chain-index", place, { have: pi, need: before ? before.pi + 1 : -1 });
  }
  if (before && envelope.t < before.t) report.add("time-back", place);
  if (before && envelope.yearBefore) report.add("year-before-place", place);
}

function checkWriter(run, { envelope, signed: right, certified }, place) {
  const { report, counters } = run;
  const { writer, counter } = envelope;
  if (!right) {
    report.add("writer-signature", place);
    return;
  }
  if (counters.has(`${writer} ${counter}`)) report.add("writer-counter-twice", place, { counter, writer });
  counters.add(`${writer} ${counter}`);
  if (!certified.length) report.add("writer-uncertified", place, { writer });
  else if (!certified.every(Boolean)) report.add("certificate-wrong", place, { writer });
}

function checkBody(run, body, place, gone) {
  const { report } = run;
  if (body === null) {
    report.add(gone, place);
    return null;
  }
  if (body instanceof Flaw) {
    if (body.code.startsWith("body-")) report.add(body.code, place, body.values);
    else report.add("body-malformed", place, { why: body.code, ...body.values });
    return null;
  }
  if (body.get("patient") !== run.patient) report.add("body-of-another-patient", place);
  return body;
}

/** When as many witnesses as the policy asks for (one at least) had seen the checkpoint: seconds, or nothing. */
function seen(policy, chain) {
  const times = chain.checkpoint ? [...chain.checkpoint.witnessed.values()] : [];
  const latestFirst = times.sort((a, b) => (a < b ? 1 : a > b ? -1 : 0));
  const need = Math.max(policy.quorum, 1);
  return latestFirst.slice(need - 1, need).map(Number);
}

/** One chain a year, oldest first, none left out, each ending with the patient's request. */
function checkYears(run, chains) {
  const { report } = run;
  chains.forEach((chain, number) => {
    if (number && chain.year <= chains[number - 1].year) report.add("years-order", chain.place);
  });
  const tags = chains.map(tagOf);
  const there = new Set(chains.map((chain) => `${chain.year} ${tagOf(chain)}`));
  if (chains.length) checkNewestYear(run, chains.at(-1));
  chains.forEach((chain, number) => {
    if (tags.indexOf(tags[number]) < number) report.add("tag-twice", chain.place);
    checkRequest(run, chain);
    chain.bodies.forEach((body, place) => {
      const earlier = body?.get("earlier") ?? null;
      if (earlier === null) return;
      const [year, tag] = [earlier.get("y"), earlier.get("tag")];
      if (!there.has(`${year} ${tag}`) || year >= chain.year) {
        report.add("year-left-out", `${chain.place}/entry/${place}`, { year });
      }
    });
  });
}

/** The request is also an entry of the year it was made in; nothing older names that year's chain. */
function checkNewestYear(run, chain) {
  const newest = chain.envelopes.at(-1);
  const moments = [0, ...(newest ? [Math.floor(newest.t / 1000)] : []), ...seen(run.policy, chain)];
  const latest = Math.min(Math.max(...moments), Math.floor(LAST_MOMENT / 1000));
  const year = latest > NEW_YEAR ? new Date((latest - NEW_YEAR) * 1000).getUTCFullYear() : 0;
  if (year > chain.year) run.report.add("newest-year-left-out", chain.place, { year });
}

/** Nothing newer was cut off: the newest entry is what the patient did just then. */
function checkRequest(run, chain) {
  const body = chain.bodies.at(-1) ?? null;
  if (body?.get("action") !== REQUEST || body.get("actor").get("id") !== run.patient) {
    run.report.add("request-missing", chain.place);
    return;
  }
  const nonce = body.get("details").get("nonce");
  if (!isText(nonce) || !nonce || nonce !== run.nonce) run.report.add("request-other", chain.place);
}

/** As many witnesses as the policy asks for saw the checkpoint lately. */
function checkAge(run, chain, most, now) {
  const [time] = seen(run.policy, chain);
  if (time === undefined) run.report.add("age-unknown", chain.place);
  else if (now - time > most) {
    run.report.add("too-old", chain.place, { minutes: Math.floor(Math.trunc(now - time) / MINUTE) });
  } else if (time - now > most) run.report.add("time-ahead", chain.place);
}

/** As verifier/patient.py has them; numbers beyond 2^53 as text. */
function factsOf(policy, chain) {
  const moments = chain.envelopes.map((envelope) => envelope.t);
  const { checkpoint } = chain;
  const times = policy.witnesses.filter((key) => checkpoint?.witnessed.has(key.text));
  return {
    year: chain.year,
    entries: chain.envelopes.length,
    erased: chain.bodies.filter((body) => body === null).length,
    from: moments.reduce((least, t) => Math.min(least, t), moments[0] ?? 0),
    to: moments.reduce((most, t) => Math.max(most, t), 0),
    size: checkpoint ? shown(checkpoint.size) : 0,
    witnesses: Object.fromEntries(times.map((key) => [key.name, shown(checkpoint.witnessed.get(key.text))])),
  };
}

function shown(big) {
  const number = Number(big);
  return isNumber(number) && Number.isSafeInteger(number) ? number : String(big);
}
