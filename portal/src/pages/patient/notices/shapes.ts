/** What the API says of notices (notifications.md, reminders.md), as far as the pages use it. */

export const TOPICS = ["visits", "reminders", "intake", "messages", "security", "news"] as const;
export type Topic = (typeof TOPICS)[number];
export type Channel = "sms" | "email";

export type Notice = {
  id: string;
  event: string;
  topic: Topic;
  title: string;
  text: string;
  links: { kind?: string; id?: string };
  at: string;
  read_at: string | null;
};

export type Delivery = {
  notice: string;
  event: string;
  channel: Channel;
  state: "queued" | "held" | "limited" | "sent" | "delivered" | "failed" | "dropped";
  at: string;
  until?: string;
  reason?: string;
};

export type Wishes = {
  channels: Channel[];
  zone: string;
  language: "ru" | "en";
  quiet: { from: string; until: string } | "none" | null;
  topics: Partial<Record<Topic, Channel[]>>;
};

export type Reminder = {
  topic: string;
  when: string;
  about: { kind: string; id?: string };
  muted?: boolean;
  because?: Why[];
};

/** One reason for one more reminder of a visit (no-show.md). */
export type Why = { term: string; ru: string; en: string };

export type Extra = {
  available: boolean;
  on: boolean;
  visits: { appointment: string; start: string; because: Why[] }[];
};
