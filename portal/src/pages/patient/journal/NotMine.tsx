import { useState } from "react";
import { api } from "../../../api/client";
import { useCardId } from "../../../app/session";
import { dayAndTime } from "../../../i18n/dates";
import { Button, Checkbox, Dialog, Form, Notice, TextArea, useForm } from "../../../ui";
import { nameOf } from "./Entry";
import type { Line } from "./shapes";
import { t } from "./words";

type Done = { reported: boolean; closed: boolean };
/** Whom the API lets the owner shut out by name: people who ask for consent. */
const ASKING = ["doctor", "nurse"];

/** "This is not my doctor": tells the security service, and closes the card to that person. */
export function NotMine({ line, close }: { line: Line | null; close: () => void }) {
  return (
    <Dialog title={t(line?.who?.role === "doctor" ? "notMyDoctor" : "notMine")} open={line !== null} onClose={close}>
      {line && <Fields line={line} close={close} />}
    </Dialog>
  );
}

function Fields({ line, close }: { line: Line; close: () => void }) {
  const cardId = useCardId();
  const [done, setDone] = useState<Done | null>(null);
  const who = line.who!;
  const mayClose = who.member !== "" && ASKING.includes(who.role);
  const form = useForm(
    { words: "", report: true, shut: mayClose },
    async ({ words, report, shut }): Promise<Done> => {
      if (shut && mayClose) {
        await api.PUT("/api/v1/me/blocks/{grantee_id}", { params: { path: { grantee_id: who.member } }, body: { kind: "member" } });
      }
      if (report) await api.POST("/api/v1/me/tickets", { body: { text: told(line, cardId, words) } });
      return { reported: report, closed: shut && mayClose };
    },
    {
      check: ({ report, shut }) => ({ report: report || shut ? "" : t("chooseOne") }),
      done: (answer) => setDone(answer as Done),
    },
  );
  if (done) {
    return (
      <>
        <Notice tone="good" live title={t("done")}>
          {done.reported && <p>{t("reported")}</p>}
          {done.closed && <p>{t("closed", { name: nameOf(who) })}</p>}
        </Notice>
        <div>
          <Button onPress={close}>{t("close")}</Button>
        </div>
      </>
    );
  }
  return (
    <Form form={form} submit={t("send")}>
      <p>
        <strong>{nameOf(who)}</strong>
        {who.organisation_name && `, ${who.organisation_name}`}. {line.what}, {dayAndTime(line.time ?? line.at)}.
      </p>
      <p>{t("notMineWhy")}</p>
      <Checkbox {...form.field("report")} label={t("report")} hint={t("reportHint")} />
      {mayClose && <Checkbox {...form.field("shut")} label={t("shut", { name: nameOf(who) })} hint={t("shutHint")} />}
      <TextArea {...form.field("words")} label={t("words")} optional rows={3} maxLength={1000} />
    </Form>
  );
}

/** What the officer needs to find the entry, then the person's own words. */
function told(line: Line, cardId: string, words: string): string {
  const facts = [
    t("ticketTitle"),
    t("ticketEntry", { id: line.id, moment: line.time ?? line.at }),
    t("ticketWho", { id: line.who!.id, role: line.who!.role, organisation: line.who!.organisation }),
    t("ticketCard", { id: cardId }),
  ];
  return [...facts, words.trim()].filter(Boolean).join("\n");
}
