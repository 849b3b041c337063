/** Files of messages: brought, checked in the background, then named by a message. */
import { api, send } from "../api/client";
import { typed } from "../api/typed";

export type Brought = { upload_id: string; state: "waiting" | "clean" | "refused"; type: string; size: number };

export const MOST_FILES = 5;
export const LARGEST = 4 * 1024 * 1024; // bytes
export const ACCEPTED = ["application/pdf", "image/jpeg", "image/png"];

export async function bring(patientId: string, file: File): Promise<Brought> {
  const address = new URL(`/api/v1/chats/${encodeURIComponent(patientId)}/files`, location.origin);
  const answer = await send(
    new Request(address, { method: "POST", headers: { "Content-Type": file.type }, body: file }),
  );
  return (await answer.json()) as Brought;
}

export async function stateOf(patientId: string, uploadId: string): Promise<Brought> {
  const path = { patient_id: patientId, upload_id: uploadId };
  const { data } = await typed<Brought>(api.GET("/api/v1/chats/{patient_id}/files/{upload_id}", { params: { path } }));
  if (!data) throw Error("a file without a state");
  return data;
}

export const drop = (patientId: string, uploadId: string) =>
  api.DELETE("/api/v1/chats/{patient_id}/files/{upload_id}", {
    params: { path: { patient_id: patientId, upload_id: uploadId } },
  });

/** Where the other side, and oneself, take it from. */
export const addressOf = (patientId: string, threadId: string, uploadId: string): string =>
  `/api/v1/chats/${patientId}/${threadId}/files/${uploadId}`;
