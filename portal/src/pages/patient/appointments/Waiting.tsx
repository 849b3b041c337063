import { useLocation } from "wouter";
import { useHistoryState } from "wouter/use-browser-location";
import { api } from "../../../api/client";
import { usePages } from "../../../api/queries";
import { typed } from "../../../api/typed";
import { useCardId } from "../../../app/session";
import { dictionary } from "../../../i18n";
import { ButtonLink, Card, Empty, List, Page, Section } from "../../../ui";
import { Entry } from "./Entry";
import type { WaitingEntry } from "./shapes";
import type { Target } from "./WaitLink";
import { WaitForm } from "./WaitForm";
import { t as words } from "./words";

/** What one waits for and what is offered. Reached from free times it asks first how long to wait, and when. */
export default function Waiting() {
  const cardId = useCardId();
  const target = useHistoryState<Target | null>();
  const [, go] = useLocation();
  const found = usePages(["waiting-entry-list", cardId], (query) =>
    typed<{ items: WaitingEntry[]; next?: string }>(api.GET("/api/v1/me/waiting-list", { params: { query } })),
  );
  return (
    <Page title={words("waiting")} lead={t("lead")} up={{ to: "/appointments", label: words("appointments") }}>
      {target?.name && (
        <Card as="section" label={t("join")} tone="accent">
          <h2>{t("join")}</h2>
          <p>{target.name}</p>
          <WaitForm target={target} done={() => go("/appointments/waiting", { replace: true })} />
        </Card>
      )}
      <Section title={t("entries")}>
        <List
          of={found}
          keyOf={(entry) => entry.id}
          label={t("entries")}
          empty={
            <Empty title={t("none")}>
              <p>{t("noneWhy")}</p>
              <ButtonLink to="/appointments/new">{words("bookNew")}</ButtonLink>
            </Empty>
          }
        >
          {(entry) => <Entry entry={entry} />}
        </List>
      </Section>
    </Page>
  );
}

const t = dictionary({
  ru: {
    lead: "Когда у врача освобождается время, его предлагают ожидающим по очереди. На ответ есть около двух часов.",
    join: "Встать в лист ожидания",
    entries: "Ваши ожидания, сначала новые",
    none: "Вы ничего не ждёте",
    noneWhy: "Если у врача нет свободного времени, на странице выбора времени нажмите «Встать в лист ожидания».",
  },
  en: {
    lead: "When a doctor's time comes free, it is offered to those who wait, one after the other. You have about two hours to answer.",
    join: "Join the waiting list",
    entries: "What you wait for, newest first",
    none: "You wait for nothing",
    noneWhy: "Where a doctor has no free time, press “Join the waiting list” on the page of times.",
  },
});
