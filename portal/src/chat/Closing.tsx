import { useState } from "react";
import { api } from "../api/client";
import { queries, useChange } from "../api/queries";
import { dayAndTime } from "../i18n/dates";
import { Button, Dialog, Form, Notice, ProblemBox, Radios, useForm } from "../ui";
import type { ClosingReason, Thread } from "./shapes";
import { CLOSING, closingWords, t } from "./words";

const pathOf = (thread: Thread) => ({ patient_id: thread.patient_id, thread_id: thread.id });
const listed = () => void queries.invalidateQueries({ queryKey: ["chat-list"] });

export function CloseChat({ thread, done }: { thread: Thread; done: () => void }) {
  const [asked, setAsked] = useState(false);
  const form = useForm(
    { reason: "answered" as ClosingReason },
    (body) => api.POST("/api/v1/chats/{patient_id}/{thread_id}/closing", { params: { path: pathOf(thread) }, body }),
    {
      done: () => {
        setAsked(false);
        listed();
        done();
      },
    },
  );
  const reason = form.field("reason");
  return (
    <div>
      <Button kind="plain" onPress={() => setAsked(true)}>
        {t("closeChat")}
      </Button>
      <Dialog title={t("closeSure")} open={asked} onClose={() => setAsked(false)}>
        <p>{t("closeWhat")}</p>
        <Form form={form} submit={t("closeYes")}>
          <Radios
            {...reason}
            onChange={(value) => reason.onChange(value as ClosingReason)}
            label={t("why")}
            choices={CLOSING.map((value) => ({ value, label: closingWords(value) }))}
          />
        </Form>
      </Dialog>
    </div>
  );
}

export function Reopen({ thread, done }: { thread: Thread; done: () => void }) {
  const reopen = useChange(() =>
    api.POST("/api/v1/chats/{patient_id}/{thread_id}/reopening", { params: { path: pathOf(thread) } }),
  );
  if (!thread.closed) return null;
  const { at, reason, reopened_until } = thread.closed;
  const open = Date.parse(reopened_until) > Date.now();
  const again = () =>
    reopen.mutate(undefined, {
      onSuccess: () => {
        listed();
        done();
      },
    });
  return (
    <Notice title={t("closedOn", { when: dayAndTime(at), why: closingWords(reason) })}>
      <div className="stack">
        {reopen.error && <ProblemBox problem={reopen.error} />}
        <p>{open ? t("reopenUntil", { when: dayAndTime(reopened_until) }) : t("reopenOver")}</p>
        {open && (
          <div>
            <Button kind="secondary" busy={reopen.isPending} onPress={again}>
              {t("reopen")}
            </Button>
          </div>
        )}
      </div>
    </Notice>
  );
}
