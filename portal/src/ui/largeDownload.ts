/** A file that may be larger than one answer holds: asked for in ranges (RFC 9110, 14), put together and saved. */
import { send } from "../api/client";
import { offer } from "./download";

const RANGE = 4 * 1024 * 1024; // bytes

export async function saveLarge(path: string, name: string): Promise<void> {
  const parts: Blob[] = [];
  let have = 0;
  let size = 1;
  while (have < size) {
    const headers = { Accept: "application/octet-stream", Range: `bytes=${have}-${have + RANGE - 1}` };
    const answer = await send(new Request(new URL(path, location.origin), { headers }));
    const part = await answer.blob();
    if (part.size === 0) break;
    have += part.size;
    size = Number(answer.headers.get("content-range")?.split("/")[1] ?? have);
    parts.push(part);
  }
  offer(new Blob(parts, { type: parts[0]?.type ?? "" }), name);
}
