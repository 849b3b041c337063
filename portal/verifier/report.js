// What a check found. Every finding has a code (texts.js), a place, and values for its sentence.

export const [FINE, ALARM, BROKEN, USAGE] = [0, 1, 2, 3]; // exit codes, those of verifier/report.py
export const MOST = 200; // findings of one code that are kept; the rest is counted, so that no flood hides the others

// Every code that a check can give, and how grave it is. Codes and levels are those of verifier/texts.py; the last two
// lines are of this module alone: the policy cannot be used, and the browser has no Ed25519.
export const LEVELS = Object.freeze({
  "json-malformed": "broken", "json-deep": "broken", "json-twice": "broken", "json-number": "broken",
  "json-not-canonical": "broken", "not-an-object": "broken", "field-wrong": "broken", "field-unknown": "broken",
  "too-large": "broken", "policy-key": "broken", "policy-witness-twice": "broken", "quorum-none": "info",
  internal: "broken", "note-malformed": "broken", "note-origin": "broken", "note-signature": "broken",
  "note-unsigned": "broken", "note-quorum": "broken", "note-strange-line": "alarm", "entry-malformed": "broken",
  "entry-twice": "broken", "time-back": "broken", "chain-number": "broken", "chain-link": "broken",
  "chain-index": "broken", "writer-signature": "broken", "writer-counter-twice": "broken",
  "writer-uncertified": "broken", "certificate-wrong": "broken", "year-before-place": "broken", proof: "broken",
  "bundle-malformed": "broken", "bundle-empty": "broken", "chain-origin": "broken", "chain-empty": "broken",
  "chain-tag": "broken", "body-altered": "broken", "body-malformed": "broken", "body-of-another-entry": "broken",
  "body-of-another-patient": "broken", "body-erased": "info", "body-missing": "alarm", "years-order": "broken",
  "tag-twice": "broken", "year-left-out": "broken", "newest-year-left-out": "broken", "request-missing": "broken", "request-other": "broken",
  "nonce-other": "broken", "nonce-unknown": "info", "age-unknown": "broken", "too-old": "broken",
  "time-ahead": "broken",
  "policy-unusable": "usage",
  "crypto-missing": "usage",
});

/** Something is wrong with an input. Whoever knows the place makes a finding of it. */
export class Flaw extends Error {
  constructor(code, values = {}) {
    super(code);
    this.code = code;
    this.values = values;
  }
}

/** All findings of one check. */
export class Report {
  findings = [];
  counts = new Map();

  add(code, place, values = {}) {
    const level = LEVELS[code];
    if (!level) throw new TypeError(`no such code: ${code}`);
    const count = (this.counts.get(code) ?? 0) + 1;
    this.counts.set(code, count);
    if (count <= MOST) this.findings.push({ code, place, values, level });
  }

  /** How many findings of a code were counted only. */
  get leftOff() {
    return Object.fromEntries([...this.counts].filter(([, n]) => n > MOST).map(([code, n]) => [code, n - MOST]));
  }

  get exitCode() {
    const levels = new Set(this.findings.map((finding) => finding.level));
    return levels.has("usage") ? USAGE : levels.has("broken") ? BROKEN : levels.has("alarm") ? ALARM : FINE;
  }
}

/** Runs `read`; its Flaw becomes a finding `code` with the reason in `why`. Null when there was one. */
export function attempt(report, code, place, read) {
  try {
    return read();
  } catch (flaw) {
    if (!(flaw instanceof Flaw)) throw flaw;
    report.add(code, place, { why: flaw.code, ...flaw.values });
    return null;
  }
}
