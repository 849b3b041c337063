import { useRead } from "../../../api/queries";
import { useMe, useCardId } from "../../../app/session";
import { ask, recordPath, type CardRecord } from "../../../records";

export type Diagnosis = { code: string; text: string; record?: string };

export type Overview = {
  person: { last_name?: string; first_name?: string; middle_name?: string; birth_date?: string };
  allergies: CardRecord[];
  received_allergies: CardRecord[];
  chronic_conditions: Diagnosis[];
  current_medication: CardRecord[];
  current_intake: CardRecord[];
};

export type Appointment = { id: string; start: string; zone: string; doctor?: string; position?: string; room?: string };
export type Notice = { id: string; title: string; text: string; at: string };

/** The first page. Appointments and notices are the patient's own: a representative opens them in their sections. */
export type Start = {
  overview: Overview;
  appointments: Appointment[];
  notices: Notice[];
  unread: { unread: number; more: boolean };
};

const NOTHING = { appointments: [], notices: [], unread: { unread: 0, more: false } };

export function useStart({ wanted }: { wanted: boolean }) {
  const { role } = useMe();
  const cardId = useCardId();
  const whole = () => ask<Start>("/api/v1/me/start");
  const overview = async () => ({ data: { ...NOTHING, overview: (await ask<Overview>(recordPath(cardId, "overview"))).data } });
  return useRead<Start>(["overview", cardId], role === "patient" ? whole : overview, { wanted });
}

export type Look = {
  id: string;
  time: string;
  what: string;
  who: { name: string; role_name: string; organisation_name: string };
  record: { name: string };
};

/** The last readings by others. */
export const useLooks = (cardId: string) => useRead(["journal-read", cardId, "others"], () => ask<{ items: Look[] }>("/api/v1/me/journal?whose=others&limit=3"));
