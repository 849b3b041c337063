import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { api } from "../api/client";
import { asProblem } from "../api/problems";
import { queries, usePages } from "../api/queries";
import { typed } from "../api/typed";
import type { Message, MessagePage, News, Thread } from "./shapes";

const LOOKED_EVERY = 10_000; // milliseconds between two questions for news, while the page is looked at

/** The messages of a thread, oldest first, and what comes while one looks: new ones, and those that were changed. */
export function useConversation(patientId: string, threadId: string) {
  const path = { patient_id: patientId, thread_id: threadId };
  const pages = usePages(["chat-messages", patientId, threadId], (query) =>
    typed<MessagePage>(api.GET("/api/v1/chats/{patient_id}/{thread_id}/messages", { params: { path, query } })),
  );
  const [fresh, setFresh] = useState<readonly Message[]>([]);
  const [thread, setThread] = useState<Thread>();
  const messages = useMemo(() => merged(pages.items, fresh), [pages.items, fresh]);
  const standing = thread ?? pages.first?.thread;

  const add = useCallback((some: readonly Message[]) => setFresh((before) => [...before, ...some]), []);
  const last = messages.at(-1)?.id;
  const look = useCallback(async () => {
    if (!last || !standing) return;
    const news = await newsOf(path, last, standing.version);
    if (!news) return;
    add([...news.changed, ...news.items]);
    setThread(news.thread);
  }, [patientId, threadId, last, standing?.version, add]);

  useLooking(look);
  useMark(path, standing, last, setThread);
  return { ...pages, messages, thread: standing, add, look };
}

/** Each message once, in the order of their ids; what came later goes over what was known of it. */
function merged(known: readonly Message[], fresh: readonly Message[]): Message[] {
  const found = new Map([...known, ...fresh].map((message) => [message.id, message]));
  return [...found.values()].sort((one, other) => (one.id < other.id ? -1 : 1));
}

type Path = { patient_id: string; thread_id: string };

/** null where nothing has happened, and where there is no connection: it is asked again soon. */
async function newsOf(path: Path, after: string, version: number): Promise<News | null> {
  try {
    const { data } = await typed<News>(
      api.GET("/api/v1/chats/{patient_id}/{thread_id}/messages", {
        params: { path, query: { after } },
        headers: { "If-None-Match": `W/"${version}"` },
      }),
    );
    return data ?? null;
  } catch (thrown) {
    asProblem(thrown);
    return null;
  }
}

function useLooking(look: () => Promise<void>): void {
  const latest = useRef(look);
  latest.current = look;
  useEffect(() => {
    const turn = () => void (document.hidden || latest.current());
    const timer = setInterval(turn, LOOKED_EVERY);
    document.addEventListener("visibilitychange", turn);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", turn);
    };
  }, []);
}

/** What is on screen has been read. */
function useMark(
  path: Path,
  thread: Thread | undefined,
  last: string | undefined,
  marked: (thread: Thread) => void,
): void {
  const unread = thread?.unread ?? 0;
  useEffect(() => {
    if (!last || !unread) return;
    const mark = typed<Thread>(
      api.PUT("/api/v1/chats/{patient_id}/{thread_id}/mark", { params: { path }, body: { message_id: last } }),
    );
    mark.then(
      ({ data }) => {
        if (data) marked(data);
        void queries.invalidateQueries({ queryKey: ["chat-list"] });
      },
      (thrown: unknown) => void asProblem(thrown), // a mark that failed is set with the next message
    );
  }, [last, unread > 0]);
}
