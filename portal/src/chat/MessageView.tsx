import { useState } from "react";
import { api } from "../api/client";
import { useChange } from "../api/queries";
import { ifMatch, typed } from "../api/typed";
import { dayAndTime } from "../i18n/dates";
import { Button, Confirm, Download, Form, ProblemBox, Tag, TextArea, useForm } from "../ui";
import { commonWords } from "../ui/words";
import { addressOf } from "./files";
import { mayChange, type Message, type Side, type Thread } from "./shapes";
import { t } from "./words";

type Props = {
  message: Message;
  thread: Thread;
  side: Side;
  /** The name of who is written with. */
  other: string;
  answers?: Message;
  changed: (message: Message) => void;
  reply?: (message: Message) => void;
};

/** One message: whose, when, what, and what its author may still do with it. */
export function MessageView({ message, thread, side, other, answers, changed, reply }: Props) {
  const [editing, setEditing] = useState(false);
  const own = message.by === side;
  const seen = thread.seen[side === "patient" ? "doctor" : "patient"] ?? "";
  return (
    <li className={own ? "chat-message chat-own" : "chat-message"}>
      <p className="chat-head">
        <strong>{own ? t("you") : other}</strong> <span className="quiet">{dayAndTime(message.at)}</span>{" "}
        {message.automatic && <Tag>{t("automatic")}</Tag>}
      </p>
      {answers?.text && <p className="chat-quote">{`${t("answerTo")} ${answers.text}`}</p>}
      {editing ? (
        <Edit message={message} thread={thread} done={(after) => (setEditing(false), after && changed(after))} />
      ) : (
        <Text message={message} thread={thread} />
      )}
      <p className="quiet">
        {message.edited_at && message.state === "sent" && `${t("edited")} · `}
        {own && (message.id <= seen ? t("read") : t("sent"))}
      </p>
      {!editing && message.state === "sent" && (
        <div className="row">
          {reply && !own && !message.automatic && (
            <Button kind="plain" onPress={() => reply(message)} label={`${t("reply")}: ${message.text ?? ""}`}>
              {t("reply")}
            </Button>
          )}
          {mayChange(message, side, Date.now()) && (
            <>
              <Button kind="plain" onPress={() => setEditing(true)}>
                {t("edit")}
              </Button>
              <Withdraw message={message} thread={thread} changed={changed} />
            </>
          )}
        </div>
      )}
    </li>
  );
}

function Text({ message, thread }: { message: Message; thread: Thread }) {
  if (message.state === "withdrawn") return <p className="quiet">{t("withdrawn")}</p>;
  if (message.withheld) return <p className="quiet">{t("withheld")}</p>;
  return (
    <>
      <p className="chat-text">{message.text}</p>
      {message.files?.map(({ upload_id }, index) => (
        <div key={upload_id}>
          <Download
            path={addressOf(thread.patient_id, thread.id, upload_id)}
            accept="*/*"
            title={`${t("download")} ${index + 1}`}
          />
        </div>
      ))}
    </>
  );
}

const pathOf = (message: Message, thread: Thread) => ({
  patient_id: thread.patient_id,
  thread_id: thread.id,
  message_id: message.id,
});

function Edit({ message, thread, done }: { message: Message; thread: Thread; done: (after: Message | null) => void }) {
  const form = useForm(
    { text: message.text ?? "" },
    async ({ text }) => {
      const params = { path: pathOf(message, thread) };
      return (
        await typed<Message>(
          api.PUT("/api/v1/chats/{patient_id}/{thread_id}/messages/{message_id}", {
            params,
            body: { text },
            headers: ifMatch(message.version),
          }),
        )
      ).data;
    },
    { check: ({ text }) => ({ text: text.trim() ? "" : t("empty") }), done: (answer) => done(answer as Message) },
  );
  return (
    <Form
      form={form}
      submit={t("save")}
      actions={
        <Button kind="plain" onPress={() => done(null)}>
          {commonWords("cancel")}
        </Button>
      }
    >
      <TextArea {...form.field("text")} label={t("edit")} maxLength={4000} rows={3} />
    </Form>
  );
}

function Withdraw({
  message,
  thread,
  changed,
}: {
  message: Message;
  thread: Thread;
  changed: (message: Message) => void;
}) {
  const [asked, setAsked] = useState(false);
  const withdraw = useChange(() =>
    typed<Message>(
      api.DELETE("/api/v1/chats/{patient_id}/{thread_id}/messages/{message_id}", {
        params: { path: pathOf(message, thread) },
        headers: ifMatch(message.version),
      }),
    ),
  );
  const yes = () =>
    withdraw.mutate(undefined, {
      onSuccess: (after) => {
        setAsked(false);
        changed(after);
      },
    });
  return (
    <>
      <Button kind="plain" onPress={() => setAsked(true)}>
        {t("withdraw")}
      </Button>
      <Confirm
        danger
        title={t("withdrawSure")}
        yes={t("withdrawYes")}
        open={asked}
        busy={withdraw.isPending}
        onYes={yes}
        onClose={() => setAsked(false)}
      >
        {withdraw.error && <ProblemBox problem={withdraw.error} />}
        <p>{t("withdrawWhat")}</p>
      </Confirm>
    </>
  );
}
