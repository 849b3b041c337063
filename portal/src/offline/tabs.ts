/** What the tabs of one browser tell each other. No content. */

/** Drafts changed; a person left this device; somebody signed in, or took on another role, in another tab. */
export type News = "drafts" | "left" | "entered";

const channel = new BroadcastChannel("offline");
const listeners = new Set<(news: News) => void>();

channel.onmessage = ({ data }: MessageEvent<News>) => hear(data);

function hear(news: News): void {
  for (const told of listeners) told(news);
}

export const tellOtherTabs = (news: News): void => channel.postMessage(news);

export function tellTabs(news: News): void {
  tellOtherTabs(news);
  hear(news);
}

export function onNews(told: (news: News) => void): () => void {
  listeners.add(told);
  return () => void listeners.delete(told);
}
