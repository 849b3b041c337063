import { useState } from "react";
import { api } from "../../../api/client";
import { usePages, useChange } from "../../../api/queries";
import { typed } from "../../../api/typed";
import { OWNERS } from "../../../app/roles";
import { useMe } from "../../../app/session";
import { dictionary } from "../../../i18n";
import { useKinds } from "../../../records/access";
import { Button, ButtonLink, Checkbox, Empty, List, Page, ProblemBox, say, Select } from "../../../ui";
import { commonWords } from "../../../ui/words";
import { NoticeLine } from "./NoticeLine";
import { TOPICS, type Notice, type Topic } from "./shapes";
import { topicName, t as words } from "./words";
import "./notices.css";

const KEYS = [["notice-list"], ["inbox-read"], ["card-overview"]];

/** Everything this person was told, the newest first. */
export default function Notices() {
  const me = useMe();
  const kinds = useKinds().data ?? [];
  const [topic, setTopic] = useState("");
  const [unread, setUnread] = useState(false);
  const found = usePages(["notice-list", me.person_id, topic, unread], (query) =>
    typed<{ items: Notice[]; next?: string }>(
      api.GET("/api/v1/me/notices", {
        params: {
          query: { ...query, ...(topic ? { topic: topic as Topic } : {}), ...(unread ? { unread: true } : {}) },
        },
      }),
    ),
  );
  const filtered = topic !== "" || unread;
  return (
    <Page title={words("notices")} lead={commonWords("newestFirst")} width="text">
      <div className="row">
        <ButtonLink to="/notices/settings">{t("settings")}</ButtonLink>
        <ButtonLink to="/notices/sent">{t("sent")}</ButtonLink>
        {OWNERS.includes(me.role) && <ButtonLink to="/notices/reminders">{t("reminders")}</ButtonLink>}
      </div>
      <div className="notices-filter" role="group" aria-label={t("filter")}>
        <Select
          name="topic"
          label={t("topic")}
          value={topic}
          onChange={setTopic}
          empty={t("anyTopic")}
          choices={TOPICS.map((value) => ({ value, label: topicName(value) }))}
        />
        <Checkbox name="unread" label={t("onlyUnread")} value={unread} onChange={setUnread} />
      </div>
      <ReadAll newest={topic ? undefined : found.items[0]} unread={found.items.some(({ read_at }) => !read_at)} />
      <List
        of={found}
        keyOf={(notice) => notice.id}
        label={words("notices")}
        empty={
          <Empty title={filtered ? t("noneHere") : t("none")}>
            <p>{filtered ? t("noneHereWhy") : t("noneWhy")}</p>
          </Empty>
        }
      >
        {(notice) => <NoticeLine notice={notice} role={me.role} kinds={kinds} after={KEYS} />}
      </List>
    </Page>
  );
}

/** All up to the newest that is shown: what comes meanwhile stays unread. A long list is read in several steps. */
function ReadAll({ newest, unread }: { newest: Notice | undefined; unread: boolean }) {
  const all = useChange(async (upTo: string) => {
    let left = true;
    while (left) {
      const { data } = await typed<{ left: boolean }>(api.POST("/api/v1/me/inbox/read", { body: { newest: upTo } }));
      left = data?.left ?? false;
    }
  }, KEYS);
  if (!newest || !unread) return null;
  return (
    <div className="stack-tight">
      {all.error && <ProblemBox problem={all.error} />}
      <div>
        <Button
          kind="plain"
          busy={all.isPending}
          onPress={() => all.mutate(newest.id, { onSuccess: () => say(t("allRead")) })}
        >
          {t("readAll")}
        </Button>
      </div>
    </div>
  );
}

const t = dictionary({
  ru: {
    settings: "Как вам сообщать",
    sent: "Что отправлено",
    reminders: "Напоминания",
    filter: "Что показать",
    topic: "О чём",
    anyTopic: "Обо всём",
    onlyUnread: "Только непрочитанные",
    readAll: "Отметить все прочитанными",
    allRead: "Все уведомления отмечены прочитанными",
    none: "Уведомлений пока нет",
    noneWhy: "Здесь появятся сообщения о записях на приём, новых результатах, ответах врача и входах в вашу карту.",
    noneHere: "Таких уведомлений нет",
    noneHereWhy: "Выберите «Обо всём» и снимите отметку «Только непрочитанные», чтобы увидеть остальные.",
  },
  en: {
    settings: "How you are told",
    sent: "What was sent",
    reminders: "Reminders",
    filter: "What to show",
    topic: "About",
    anyTopic: "Everything",
    onlyUnread: "Unread only",
    readAll: "Mark all as read",
    allRead: "All notices are marked as read",
    none: "There are no notices yet",
    noneWhy: "Here you are told of appointments, new results, answers of doctors, and sign-ins to your card.",
    noneHere: "There are no such notices",
    noneHereWhy: "Choose “Everything” and take the mark off “Unread only” to see the others.",
  },
});
