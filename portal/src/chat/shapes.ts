/** What the API says of chats (chat.md), as far as pages use it. */

export type Side = "patient" | "doctor";
export type ClosingReason = "answered" | "visit-needed" | "not-needed" | "other";

export type Thread = {
  id: string;
  state: "open" | "closed";
  created_at: string;
  /** The newest message. */
  last: string;
  last_at: string;
  patient_id: string;
  member_id: string;
  version: number;
  /** Up to which message each side has read. */
  seen: Partial<Record<Side, string>>;
  unread: number;
  subject?: string;
  closed?: { at: string; by: Side; reason: ClosingReason; reopened_until: string };
};

export type Notes = { response_time: string; emergency: string };

/** One thread, with what stands over it. */
export type ThreadRead = Thread & {
  notes: Notes;
  /** The code by which a message would be refused now. */
  closed_to_you?: string;
  away?: { until: string; text?: string };
};

export type ChatFile = { upload_id: string; type?: string; size?: number };

export type Message = {
  id: string;
  by: Side;
  role: string;
  at: string;
  state: "sent" | "withdrawn";
  version: number;
  text?: string;
  files?: ChatFile[];
  reply_to?: string;
  edited_at?: string;
  automatic?: boolean;
  /** The consent shows that there is a message, and no text. */
  withheld?: boolean;
};

export type MessagePage = { thread: Thread; items: Message[]; next?: string };
export type News = { thread: Thread; items: Message[]; changed: Message[]; more: boolean };
export type Threads = { items: Thread[]; next?: string; notes: Notes };

const EDITED_WITHIN = 15 * 60_000; // milliseconds in which its author may edit or withdraw a message

/** Whether one's own message may be changed now; the API decides. */
export const mayChange = (message: Message, side: Side, now: number): boolean =>
  message.by === side &&
  message.state === "sent" &&
  !message.automatic &&
  !message.withheld &&
  now - Date.parse(message.at) < EDITED_WITHIN;
