/** A chat of a patient and a doctor; the same for both sides. */
import { useEffect, useRef, useState } from "react";
import { api } from "../api/client";
import { useRead } from "../api/queries";
import { typed } from "../api/typed";
import { dayAndTime } from "../i18n/dates";
import { Button, Loading, Notice, ProblemBox, Shown } from "../ui";
import { CloseChat, Reopen } from "./Closing";
import { Composer, sendingUrl } from "./Composer";
import { MessageView } from "./MessageView";
import type { Message, Side, ThreadRead } from "./shapes";
import { useConversation } from "./useConversation";
import { useWaiting } from "./useWaiting";
import { t } from "./words";
import "./chat.css";

type Props = { patientId: string; threadId: string; side: Side; /** The name of who is written with. */ other: string };

export function Conversation({ patientId, threadId, side, other }: Props) {
  const found = useRead(["chat-read", patientId, threadId], () =>
    typed<ThreadRead>(
      api.GET("/api/v1/chats/{patient_id}/{thread_id}", {
        params: { path: { patient_id: patientId, thread_id: threadId } },
      }),
    ),
  );
  return (
    <Shown of={found}>
      {(thread) => (
        <>
          {side === "patient" && (
            <Notice tone="warn" title={thread.notes.emergency}>
              {thread.notes.response_time}
            </Notice>
          )}
          {thread.away && (
            <Notice title={t("away", { when: dayAndTime(thread.away.until) })}>{thread.away.text}</Notice>
          )}
          <Messages thread={thread} side={side} other={other} again={() => void found.refetch()} />
        </>
      )}
    </Shown>
  );
}

function Messages({
  thread,
  side,
  other,
  again,
}: {
  thread: ThreadRead;
  side: Side;
  other: string;
  again: () => void;
}) {
  const talk = useConversation(thread.patient_id, thread.id);
  const waiting = useWaiting(sendingUrl(thread));
  const [answered, setAnswered] = useState<Message | null>(null);
  const foot = useRef<HTMLDivElement>(null);
  const newest = talk.messages.at(-1)?.id;
  useEffect(() => {
    if (newest) foot.current?.scrollIntoView({ block: "nearest" });
  }, [newest]);
  useEffect(() => void talk.look(), [waiting.length]);

  const standing = talk.thread && talk.thread.version > thread.version ? { ...thread, ...talk.thread } : thread;
  const writable = standing.state === "open" && !thread.closed_to_you;
  if (talk.loading) return <Loading lines={5} />;
  if (talk.problem && !talk.messages.length) return <ProblemBox problem={talk.problem} retry={talk.again} />;
  const byId = new Map(talk.messages.map((message) => [message.id, message]));
  return (
    <>
      {talk.more && (
        <div>
          <Button kind="secondary" busy={talk.loadingMore} onPress={talk.readMore}>
            {t("earlier")}
          </Button>
        </div>
      )}
      <div role="log" aria-label={t("log")}>
        <ol className="plain-list chat-log">
          {talk.messages.map((message) => (
            <MessageView
              key={message.id}
              message={message}
              thread={standing}
              side={side}
              other={other}
              changed={(after) => talk.add([after])}
              {...(message.reply_to && byId.get(message.reply_to) ? { answers: byId.get(message.reply_to) } : {})}
              {...(writable ? { reply: setAnswered } : {})}
            />
          ))}
          {waiting.map(({ id, value }) => (
            <li key={id} className="chat-message chat-own chat-waits">
              <p className="chat-text">{(value?.body as { text?: string } | undefined)?.text}</p>
              <p className="quiet">{value?.state === "waiting" ? t("waitsHere") : t("notTaken")}</p>
            </li>
          ))}
        </ol>
      </div>
      <div ref={foot} />
      {writable ? (
        <>
          <Composer
            thread={standing}
            answered={answered}
            noAnswer={() => setAnswered(null)}
            sent={(message) => talk.add([message])}
          />
          <CloseChat thread={standing} done={again} />
        </>
      ) : (
        <Over thread={standing} code={thread.closed_to_you ?? ""} done={again} />
      )}
    </>
  );
}

/** Why nothing can be written, and the way on. */
function Over({ thread, code, done }: { thread: ThreadRead; code: string; done: () => void }) {
  if (thread.state === "closed") return <Reopen thread={thread} done={done} />;
  return <Notice tone="warn">{code === "card-state" ? t("cardState") : t("ended")}</Notice>;
}
