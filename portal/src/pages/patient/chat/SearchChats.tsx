import { useState } from "react";
import { Link } from "wouter";
import { api } from "../../../api/client";
import { asProblem, type Problem } from "../../../api/problems";
import { typed } from "../../../api/typed";
import { useCardId } from "../../../app/session";
import type { Message, Thread } from "../../../chat/shapes";
import { dictionary } from "../../../i18n";
import { dayAndTime } from "../../../i18n/dates";
import { Button, Form, ProblemBox, Section, TextField, useForm } from "../../../ui";
import { commonWords } from "../../../ui/words";

type Hit = Message & { thread: string };
type Hits = { items: Hit[]; next?: string };
type Props = { threads: readonly Thread[]; nameOf: (memberId: string) => string };

/** Words in messages. They stand in no address and no key; what was found goes with the page. */
export function SearchChats({ threads, nameOf }: Props) {
  const cardId = useCardId();
  const [hits, setHits] = useState<readonly Hit[] | null>(null);
  const [cursor, setCursor] = useState("");
  const [searched, setSearched] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);

  const find = async (text: string, from: string) => {
    const params = { path: { patient_id: cardId } };
    const { data } = await typed<Hits>(
      api.POST("/api/v1/chats/{patient_id}/search", { params, body: { text, cursor: from } }),
    );
    setHits((before) => [...(from ? (before ?? []) : []), ...(data?.items ?? [])]);
    setCursor(data?.next ?? "");
    setSearched(text);
  };
  const form = useForm({ text: "" }, ({ text }) => find(text.trim(), ""), {
    check: ({ text }) => ({ text: text.trim() ? "" : t("needed") }),
  });
  const goOn = async () => {
    setBusy(true);
    setProblem(null);
    await find(searched, cursor).catch((thrown: unknown) => setProblem(asProblem(thrown)));
    setBusy(false);
  };
  return (
    <Section title={t("title")}>
      <Form form={form} submit={commonWords("search")} kind="secondary">
        <TextField {...form.field("text")} label={t("words")} hint={t("hint")} type="search" maxLength={200} />
      </Form>
      {hits && (
        <>
          <p role="status">{hits.length || !cursor ? t("found", { n: hits.length }) : t("notYet")}</p>
          <ul className="plain-list list" aria-label={t("results")}>
            {hits.map((hit) => {
              const thread = threads.find(({ id }) => id === hit.thread);
              return (
                <li key={hit.id} className="list-item">
                  <Link href={`/chat/${hit.thread}`} className="chat-link">
                    {thread?.subject ?? t("chat")}
                  </Link>
                  <p className="chat-text">{hit.text}</p>
                  <p className="quiet">
                    {hit.by === "patient" ? t("you") : thread ? nameOf(thread.member_id) : t("doctor")},{" "}
                    {dayAndTime(hit.at)}
                  </p>
                </li>
              );
            })}
          </ul>
        </>
      )}
      {problem && <ProblemBox problem={problem} />}
      {hits && cursor && (
        <div>
          <Button kind="secondary" busy={busy} onPress={() => void goOn()}>
            {t("goOn")}
          </Button>
        </div>
      )}
    </Section>
  );
}

const t = dictionary({
  ru: {
    title: "Поиск по переписке",
    words: "Что найти",
    hint: "Слово или его начало. Например: дневник",
    needed: "Введите слово для поиска",
    found: {
      one: "Найдено {n} сообщение",
      few: "Найдено {n} сообщения",
      many: "Найдено {n} сообщений",
      other: "Найдено {n} сообщения",
    },
    notYet: "В последних сообщениях не нашлось. Можно искать дальше, в более ранних.",
    results: "Найденные сообщения",
    goOn: "Искать в более ранних",
    chat: "Переписка",
    you: "Вы",
    doctor: "Врач",
  },
  en: {
    title: "Search in messages",
    words: "What to find",
    hint: "A word, or how it begins. For example: diary",
    needed: "Enter a word",
    found: { one: "{n} message found", other: "{n} messages found" },
    notYet: "Nothing in the latest messages. You can search on in earlier ones.",
    results: "Messages that were found",
    goOn: "Search in earlier ones",
    chat: "Chat",
    you: "You",
    doctor: "Doctor",
  },
});
