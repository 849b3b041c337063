/** A reading to the API; without a connection into the outbox, which sends it later. */
import { api } from "../../../api/client";
import { asProblem } from "../../../api/problems";
import { enqueue } from "../../../offline/outbox";
import type { SendKey } from "../../../ui";
import type { ReadingBody } from "./shapes";
import { signWords } from "./signs";

export type Saved = { bodies: ReadingBody[]; queued: boolean };

export async function saveReadings(cardId: string, bodies: ReadingBody[], key: SendKey): Promise<Saved> {
  let queued = false;
  for (const [place, body] of bodies.entries()) {
    const id = place ? `${key["Idempotency-Key"]}-${place}` : key["Idempotency-Key"];
    queued = (await saveOne(cardId, body, id)) || queued;
  }
  return { bodies, queued };
}

/** Whether it waits on this device. */
async function saveOne(cardId: string, body: ReadingBody, id: string): Promise<boolean> {
  try {
    await api.POST("/api/v1/patients/{patient_id}/vital-signs", {
      params: { path: { patient_id: cardId } },
      body: body as never,
      headers: { "Idempotency-Key": id },
    });
    return false;
  } catch (thrown) {
    if (!asProblem(thrown).offline) throw thrown;
    await enqueue({
      id,
      url: `/api/v1/patients/${cardId}/vital-signs`,
      method: "POST",
      body,
      title: signWords(body.code),
      kind: "vital-sign",
    });
    return true;
  }
}
