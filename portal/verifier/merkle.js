// RFC 9162 inclusion proofs. Sizes are BigInts: a checkpoint may name one beyond 2^53.

import { hex, sha256 } from "./bytes.js";

const [LEAF, NODE] = [Uint8Array.of(0), Uint8Array.of(1)];

export const leafHash = (data) => sha256(LEAF, data);

/** RFC 9162, 2.1.3.2. Every hash has 32 bytes. */
export async function included(leaf, index, size, proof, root) {
  if (index < 0n || index >= size) return false;
  let [place, last, found] = [index, size - 1n, leaf];
  for (const sibling of proof) {
    if (last === 0n) return false; // the proof is too long
    if (place & 1n || place === last) {
      found = await sha256(NODE, sibling, found);
      while (!(place & 1n) && place) [place, last] = [place >> 1n, last >> 1n];
    } else {
      found = await sha256(NODE, found, sibling);
    }
    [place, last] = [place >> 1n, last >> 1n];
  }
  return last === 0n && hex(found) === hex(root);
}

/** RFC 9162, 2.1.4.2: the tree of `size` leaves begins with that of `old`. Every hash has 32 bytes; 0 < old <= size. */
export async function consistent(old, size, oldRoot, root, proof) {
  if (old < 1n || old > size) return false;
  if (old === size) return proof.length === 0 && hex(oldRoot) === hex(root);
  const steps = old & (old - 1n) ? [...proof] : [oldRoot, ...proof]; // a whole subtree is its own beginning
  const first = steps.shift();
  if (!first) return false;
  let [place, last] = [old - 1n, size - 1n];
  while (place & 1n) [place, last] = [place >> 1n, last >> 1n];
  let [before, after] = [first, first];
  for (const sibling of steps) {
    if (last === 0n) return false; // the proof is too long
    if (place & 1n || place === last) {
      before = await sha256(NODE, sibling, before);
      after = await sha256(NODE, sibling, after);
      while (!(place & 1n) && place) [place, last] = [place >> 1n, last >> 1n];
    } else {
      after = await sha256(NODE, after, sibling);
    }
    [place, last] = [place >> 1n, last >> 1n];
  }
  return last === 0n && hex(before) === hex(oldRoot) && hex(after) === hex(root);
}
