/** Bringing a file for a record: sent, then checked by the system before anybody can open it. */
import { send } from "../../api/client";
import { ask, recordPath } from "../access";

const LARGEST = 4 * 1024 * 1024; // bytes that one request may carry
const SHORTER_SIDE = 2400; // pixels of a picture that is made smaller: A4 at 290 dots an inch
const QUALITY = 0.85;
const PICTURE = /^image\/(jpeg|png)$/;
export const ACCEPTED = ["application/pdf", "image/jpeg", "image/png"] as const;
const AGAIN = 1500; // milliseconds between looks at what the check said
const LOOKS = 40;

export type Checked = "clean" | "refused" | "waiting";
export type Upload = { upload_id: string; state: string; fault?: string };

/** Refused here already; its code says why in words of the form. */
export class NotAccepted extends Error {
  constructor(readonly why: "tooLarge" | "wrongType" | "refused") {
    super(why);
  }
}

/** A photo of a phone is often larger than what is taken: it is drawn anew with fewer pixels. */
async function fitting(file: File): Promise<Blob> {
  if (!ACCEPTED.some((type) => type === file.type)) throw new NotAccepted("wrongType");
  if (file.size <= LARGEST) return file;
  if (!PICTURE.test(file.type)) throw new NotAccepted("tooLarge");
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, SHORTER_SIDE / Math.min(picture.width, picture.height));
  const canvas = new OffscreenCanvas(Math.round(picture.width * scale), Math.round(picture.height * scale));
  canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  const smaller = await canvas.convertToBlob({ type: "image/jpeg", quality: QUALITY });
  if (smaller.size > LARGEST) throw new NotAccepted("tooLarge");
  return smaller;
}

/** Sends a file; its id. Throws NotAccepted and Problem. */
export async function bringTo(path: string, file: File): Promise<string> {
  const body = await fitting(file);
  const answer = await send(new Request(new URL(path, location.origin), { method: "POST", body, headers: { "Content-Type": body.type } }));
  return ((await answer.json()) as Upload).upload_id;
}

export const bring = (file: File, patientId: string, collection: string) => bringTo(recordPath(patientId, collection, "files"), file);

const pause = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));

/** Waits for what the check says. "waiting": it takes longer; the file may be attached later. */
export async function checkedBy(look: () => Promise<Upload | undefined>): Promise<Checked> {
  for (let looks = 0; looks < LOOKS; looks += 1) {
    const state = (await look())?.state;
    if (state === "clean" || state === "refused") return state;
    await pause(AGAIN);
  }
  return "waiting";
}

export const checked = (uploadId: string, patientId: string, collection: string) =>
  checkedBy(async () => (await ask<Upload>(recordPath(patientId, collection, "files", uploadId))).data);
