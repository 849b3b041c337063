/** A UUID whose order is that of time (RFC 9562, version 7), so that drafts are sent in the order of writing. */
let last = 0;
let count = 0;

export function uuid7(now: number = Date.now()): string {
  count = now > last ? 0 : count + 1; // several within a millisecond, and a clock that was set back
  last = Math.max(now, last);
  if (count > 0xfff) (last += 1), (count = 0);
  const random = crypto.getRandomValues(new Uint8Array(8));
  random[0] = (random[0]! & 0x3f) | 0x80;
  const tail = Array.from(random, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const time = last.toString(16).padStart(12, "0");
  const counted = (0x7000 | count).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-${counted}-${tail.slice(0, 4)}-${tail.slice(4)}`;
}
