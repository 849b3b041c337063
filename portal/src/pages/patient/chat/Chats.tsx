import { Link } from "wouter";
import { api } from "../../../api/client";
import { usePages } from "../../../api/queries";
import { typed } from "../../../api/typed";
import { useCardId } from "../../../app/session";
import type { Thread, Threads } from "../../../chat/shapes";
import { dictionary } from "../../../i18n";
import { dayAndTime } from "../../../i18n/dates";
import { ButtonLink, Empty, List, Notice, Page, Section, Tag } from "../../../ui";
import { useDoctors } from "./doctors";
import { SearchChats } from "./SearchChats";
import "../../../chat/chat.css";

/** All chats of the card, and a search in what was written. */
export default function Chats() {
  const cardId = useCardId();
  const { nameOf } = useDoctors();
  const found = usePages(["chat-list", cardId], (query) =>
    typed<Threads>(api.GET("/api/v1/chats/{patient_id}", { params: { path: { patient_id: cardId }, query } })),
  );
  const notes = found.first?.notes;
  const actions = (
    <ButtonLink kind="primary" to="/chat/new">
      {t("new")}
    </ButtonLink>
  );
  return (
    <Page title={t("title")} actions={actions}>
      {notes && (
        <Notice tone="warn" title={notes.emergency}>
          {notes.response_time}
        </Notice>
      )}
      <Section title={t("threads")}>
        <List
          of={found}
          keyOf={(thread) => thread.id}
          label={t("threads")}
          empty={
            <Empty title={t("none")}>
              <p>{t("noneWhy")}</p>
            </Empty>
          }
        >
          {(thread) => <ThreadLine thread={thread} name={nameOf(thread.member_id)} />}
        </List>
      </Section>
      {found.items.length > 0 && <SearchChats nameOf={nameOf} threads={found.items} />}
    </Page>
  );
}

function ThreadLine({ thread, name }: { thread: Thread; name: string }) {
  return (
    <>
      <div className="row-between">
        <h3>
          <Link href={`/chat/${thread.id}`} className="chat-link">
            {thread.subject ?? t("noSubject")}
          </Link>
        </h3>
        {thread.unread > 0 && <Tag tone="info">{t("unread", { n: thread.unread })}</Tag>}
        {thread.state === "closed" && <Tag>{t("closed")}</Tag>}
      </div>
      <p>{name}</p>
      <p className="quiet">{t("last", { when: dayAndTime(thread.last_at) })}</p>
    </>
  );
}

const t = dictionary({
  ru: {
    title: "Переписка",
    new: "Написать врачу",
    threads: "Переписки, сначала начатые позже",
    none: "Переписок пока нет",
    noneWhy: "Здесь можно задать вопрос врачу, которому вы дали полный доступ к карте. Нажмите «Написать врачу».",
    noSubject: "Без темы",
    unread: {
      one: "{n} новое сообщение",
      few: "{n} новых сообщения",
      many: "{n} новых сообщений",
      other: "{n} нового сообщения",
    },
    closed: "закончена",
    last: "Последнее сообщение: {when}",
  },
  en: {
    title: "Messages",
    new: "Write to a doctor",
    threads: "Chats, begun last first",
    none: "There are no chats yet",
    noneWhy: "Here you can ask a doctor to whom you gave full access to your card. Press “Write to a doctor”.",
    noSubject: "No subject",
    unread: { one: "{n} new message", other: "{n} new messages" },
    closed: "ended",
    last: "Last message: {when}",
  },
});
