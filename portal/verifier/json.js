// Strict JSON, canonical JSON (RFC 8785) and the shapes of fields.
//
// Objects become Maps: a key like "__proto__" is a key like any other, and order is that of the text. JSON.parse would
// let duplicate keys, fractions and lone surrogates through unnoticed.

import { unb64 } from "./bytes.js";
import { Flaw } from "./report.js";

export const MAX_DEPTH = 100; // of lists and objects inside each other
export const MAX_INTEGER = Number.MAX_SAFE_INTEGER;
export const [HASH, SIGNATURE, KEY] = [32, 64, 32]; // bytes
export const LAST_MOMENT = 253_402_300_799_999; // the end of the year 9999, in milliseconds

const LONE = /\p{Surrogate}/u;
const BLANK = /[ \t\n\r]*/y;
const NUMBER = /(-?(?:0|[1-9][0-9]*))(\.[0-9]+)?([eE][-+]?[0-9]+)?/y;
const PLAIN = /[^"\\\x00-\x1f]*/y;
const ESCAPE = /\\(?:(["\\/bfnrt])|u([0-9a-fA-F]{4}))/y;
const WORD = /true|false|null|NaN|-?Infinity/y;
const WORDS = new Map([["true", true], ["false", false], ["null", null]]);
const ESCAPES = { '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };
const MAX_DIGITS = 17; // with the sign

class Reader {
  at = 0;
  lone = false; // a lone surrogate was read

  constructor(text) {
    this.text = text;
  }

  match(pattern) {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found) this.at = pattern.lastIndex;
    return found;
  }

  blank() {
    this.match(BLANK);
    return this.text[this.at];
  }

  /** Whether the next character, after blanks, is this one; it is taken then. */
  take(character) {
    if (this.blank() !== character) return false;
    this.at += 1;
    return true;
  }

  need(character) {
    if (!this.take(character)) throw new Flaw("json-malformed");
  }

  value(depth) {
    const next = this.blank();
    if (depth > MAX_DEPTH && (next === "{" || next === "[")) throw new Flaw("json-deep");
    if (next === "{") return this.object(depth);
    if (next === "[") return this.list(depth);
    if (next === '"') return this.string();
    const word = this.match(WORD);
    if (word) {
      if (!WORDS.has(word[0])) throw new Flaw("json-number");
      return WORDS.get(word[0]);
    }
    return this.number();
  }

  object(depth) {
    const found = new Map();
    let pairs = 0;
    this.at += 1;
    if (this.take("}")) return found;
    do {
      if (this.blank() !== '"') throw new Flaw("json-malformed");
      const key = this.string();
      this.need(":");
      found.set(key, this.value(depth + 1));
      pairs += 1;
    } while (this.take(","));
    this.need("}");
    if (found.size !== pairs) throw new Flaw("json-twice");
    return found;
  }

  list(depth) {
    const found = [];
    this.at += 1;
    if (this.take("]")) return found;
    do found.push(this.value(depth + 1));
    while (this.take(","));
    this.need("]");
    return found;
  }

  string() {
    const parts = [];
    this.at += 1;
    for (;;) {
      parts.push(this.match(PLAIN)[0]);
      if (this.text[this.at] === '"') break;
      const escape = this.match(ESCAPE);
      if (!escape) throw new Flaw("json-malformed");
      parts.push(escape[1] ? ESCAPES[escape[1]] : String.fromCharCode(parseInt(escape[2], 16)));
    }
    this.at += 1;
    const found = parts.length === 1 ? parts[0] : parts.join("");
    this.lone ||= parts.length > 1 && LONE.test(found);
    return found;
  }

  number() {
    const found = this.match(NUMBER);
    if (!found) throw new Flaw("json-malformed");
    const [whole, digits, fraction, exponent] = found;
    const number = Number(whole);
    if (fraction || exponent || digits.length > MAX_DIGITS || !Number.isSafeInteger(number)) throw new Flaw("json-number");
    return number === 0 ? 0 : number; // there is no -0 among integers
  }
}

/** JSON without duplicate keys, floats, integers beyond 2^53 and lone surrogates, at most 100 deep. Raises Flaw. */
export function parse(text) {
  if (LONE.test(text)) throw new Flaw("json-malformed");
  const reader = new Reader(text);
  const value = reader.value(1);
  reader.blank();
  if (reader.at !== text.length || reader.lone) throw new Flaw("json-malformed");
  return value;
}

/** `canonical(parse(text)) === text`. Raises Flaw. */
export function parseCanonical(text) {
  const value = parse(text);
  if (canonical(value) !== text) throw new Flaw("json-not-canonical");
  return value;
}

/** RFC 8785 of Maps, lists, strings, integers, booleans and null: keys in the order of UTF-16 units. */
export function canonical(value) {
  if (value instanceof Map) {
    const keys = [...value.keys()].sort((a, b) => (a < b ? -1 : 1));
    return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value.get(key))}`).join(",")}}`;
  }
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  return JSON.stringify(value); // of strings and integers it is what RFC 8785 was made from
}

/** Maps as plain objects without a prototype, for who shows a value and does not check it. */
export function plain(value) {
  if (Array.isArray(value)) return value.map(plain);
  if (!(value instanceof Map)) return value;
  const found = Object.create(null);
  for (const [key, inner] of value) found[key] = plain(inner);
  return found;
}

/** A Map with exactly these fields, each of its shape. Raises Flaw with the first field that is not so. */
export function fields(value, checks, optional = []) {
  if (!isObject(value)) throw new Flaw("not-an-object");
  for (const [name, check] of Object.entries(checks)) {
    const wanted = value.has(name) || !optional.includes(name);
    if (wanted && !(value.has(name) && check(value.get(name)))) throw new Flaw("field-wrong", { field: name });
  }
  for (const name of value.keys()) {
    if (!Object.hasOwn(checks, name)) throw new Flaw("field-unknown", { field: name });
  }
  return value;
}

export const anything = () => true;
export const isText = (value) => typeof value === "string";
export const isObject = (value) => value instanceof Map;
export const isList = (value) => Array.isArray(value);
export const isNumber = (value) => typeof value === "number";
export const one = (value) => value === 1;
export const matches = (pattern) => (value) => isText(value) && pattern.test(value);
export const whole = (low = 0, high = MAX_INTEGER) => (value) => isNumber(value) && low <= value && value <= high;

/** Base64 of so many bytes; 0 means of any number but none. */
export const coded = (length = 0) => (value) => {
  if (!isText(value)) return false;
  try {
    const size = unb64(value).length;
    return length ? size === length : size > 0;
  } catch {
    return false;
  }
};
