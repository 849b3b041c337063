import { api } from "../api/client";
import { asProblem } from "../api/problems";
import { typed } from "../api/typed";
import { enqueue } from "../offline/outbox";
import { LockedError } from "../offline/vault";
import { Button, Form, say, TextArea, useForm } from "../ui";
import { Attachments } from "./Attachments";
import type { Message, Thread } from "./shapes";
import { useAttachments, type Attached } from "./useAttachments";
import { useDraftText } from "./useDraftText";
import { t } from "./words";

type Props = { thread: Thread; answered: Message | null; noAnswer: () => void; sent: (message: Message) => void };

const LONGEST = 4000;

export const sendingUrl = ({ patient_id, id }: Pick<Thread, "patient_id" | "id">): string =>
  `/api/v1/chats/${patient_id}/${id}/messages`;

/** Writes a message. Its text is kept as it is typed, one draft a thread; without a connection it waits and goes later. */
export function Composer({ thread, answered, noAnswer, sent }: Props) {
  const draft = useDraftText(`chat/${thread.id}`);
  const attached = useAttachments(thread.patient_id);
  const done = () => {
    draft.clear();
    attached.clear();
    noAnswer();
  };
  const form = useForm(
    {},
    async (_, key) => {
      const body = { text: draft.text, files: attached.ready, reply_to: answered?.id ?? null };
      const made = await post(thread, body, key).catch((thrown: unknown) => asProblem(thrown));
      if (!(made instanceof Error)) return sent(made);
      if (!made.offline) throw made;
      await keepForLater(thread, body, key["Idempotency-Key"], made);
      say(t("keptForLater"));
    },
    { check: () => faultOf(draft.text, attached.files), done },
  );
  return (
    <Form form={form} submit={t("send")}>
      {answered && (
        <div className="chat-quote row-between">
          <p>
            {t("answerTo")} {answered.text}
          </p>
          <Button kind="plain" onPress={noAnswer} label={t("noReply")}>
            ✕
          </Button>
        </div>
      )}
      <TextArea
        name="text"
        label={t("message")}
        hint={t("messageHint")}
        value={draft.text}
        onChange={(text) => {
          form.set({ text });
          draft.change(text);
        }}
        error={form.errors["text"] ?? ""}
        rows={3}
        maxLength={LONGEST}
      />
      {draft.kept && (
        <p className="quiet" role="status">
          {t("draftKept")}
        </p>
      )}
      <Attachments of={attached} />
    </Form>
  );
}

/** A file that is named on screen goes with the message, or the message does not go. */
function faultOf(text: string, files: readonly Attached[]): Record<string, string> {
  if (!text.trim()) return { text: t("empty") };
  if (files.some(({ state }) => state === "waiting")) return { text: t("stillChecking") };
  return files.some(({ state }) => state === "refused") ? { text: t("removeRefused") } : {};
}

type Body = { text: string; files: { upload_id: string }[]; reply_to: string | null };

async function post(thread: Thread, body: Body, headers: Record<string, string>): Promise<Message> {
  const path = { patient_id: thread.patient_id, thread_id: thread.id };
  const { data } = await typed<Message>(
    api.POST("/api/v1/chats/{patient_id}/{thread_id}/messages", { params: { path }, body, headers }),
  );
  if (!data) throw Error("a message without an answer");
  return data;
}

/** Where this device may keep nothing, the person learns of the missing connection as with any form. */
async function keepForLater(thread: Thread, body: Body, id: string, problem: Error): Promise<void> {
  try {
    await enqueue({
      id,
      url: sendingUrl(thread),
      method: "POST",
      body,
      kind: "chat",
      title: `${t("message")}: ${thread.subject ?? ""}`,
    });
  } catch (thrown) {
    throw thrown instanceof LockedError ? problem : thrown;
  }
}
