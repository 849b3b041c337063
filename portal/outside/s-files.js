// Files of an open link, saved by the browser. A large one comes in ranges (RFC 9110, 14): one answer holds few megabytes.

import { element } from "./journal-parts.js";

const RANGE = 4 * 1024 * 1024;
const KEPT = 60_000; // milliseconds that a browser has to begin saving

/** `call(path, headers)` answers with a Response or rejects. The gateway gives files to who asks for their type. */
export async function file(call, path) {
  const parts = [];
  let [have, size, suffix, type] = [0, 1, "", ""];
  while (have < size) {
    const answer = await call(path, { Accept: "application/octet-stream", Range: `bytes=${have}-${have + RANGE - 1}` });
    const part = await answer.blob();
    have += part.size;
    size = Number(answer.headers.get("Content-Range")?.split("/")[1] ?? have);
    suffix = /\.([a-z-]+)"/.exec(answer.headers.get("Content-Disposition") ?? "")?.[1] ?? "bin";
    type = answer.headers.get("Content-Type") ?? "";
    parts.push(part);
    if (part.size === 0) break;
  }
  return { data: new Blob(parts, { type }), suffix };
}

export async function printed(call, path) {
  return { data: await (await call(path, { Accept: "application/pdf" })).blob(), suffix: "pdf" };
}

/** The name is of ids: it stands in lists of downloads, where a title would tell more. */
export function save({ data, suffix }, name) {
  const place = URL.createObjectURL(data);
  element("a", { href: place, download: `${name}.${suffix}` }).click();
  setTimeout(() => URL.revokeObjectURL(place), KEPT);
}
