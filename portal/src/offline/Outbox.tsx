/** What was written and not sent: waiting, in conflict, refused, unreadable. Nothing goes without its author's word. */
import { useState } from "react";
import { useMe } from "../app/session";
import { ROLE_NAMES, type Role } from "../app/roles";
import { inLanguage } from "../i18n";
import { Button, Confirm, Empty, Loading, Notice, Page, say, Tag } from "../ui";
import { Conflict } from "./Conflict";
import { useOnline, useOutbox, useVaultOpen } from "./hooks";
import { moment } from "./moment";
import { discard, flush, type Entry } from "./outbox";
import { t } from "./outboxWords";
import { Rejected } from "./Rejected";
import { remove } from "./vault";

export default function Outbox() {
  const { entries, unreadableForms, looked } = useOutbox();
  const open = useVaultOpen();
  const online = useOnline();
  const newest = [...entries].reverse();
  return (
    <Page title={t("title")} lead={t("lead")} width="text">
      {!open && <Notice tone="warn" title={t("closed")} />}
      {open && !looked && <Loading />}
      {looked && !entries.length && !unreadableForms.length && <Empty title={t("empty")}>{t("emptyWhy")}</Empty>}
      {entries.length > 1 && <p className="quiet">{t("newestFirst")}</p>}
      <ul className="plain-list list" aria-label={t("title")}>
        {newest.map(({ id, at, value }) => (
          <li key={id} className="list-item">
            {value ? <Known entry={value} at={at} online={online} /> : <Unreadable at={at} erase={() => discard(id)} />}
          </li>
        ))}
        {unreadableForms.map((id) => (
          <li key={id} className="list-item">
            <Unreadable erase={() => remove(id)} />
          </li>
        ))}
      </ul>
    </Page>
  );
}

const TONES = { waiting: "info", conflict: "warn", rejected: "bad" } as const;

function Known({ entry, at, online }: { entry: Entry; at: number; online: boolean }) {
  return (
    <article className="stack-tight" aria-label={entry.title}>
      <div className="row-between">
        <h2>{entry.title}</h2>
        <Tag tone={TONES[entry.state]}>{t(entry.state)}</Tag>
      </div>
      <p className="quiet">{t("written", { moment: moment(at) })}</p>
      {entry.state === "waiting" && <WaitingText entry={entry} online={online} />}
      {entry.state === "conflict" && <Conflict entry={entry} />}
      {entry.state === "rejected" && <Rejected entry={entry} />}
      <div className="row">
        {entry.state === "waiting" && online && (
          <Button kind="secondary" onPress={() => void flush()}>
            {t("sendNow")}
          </Button>
        )}
        <Erase title={entry.title} erase={() => discard(entry.id)} />
      </div>
    </article>
  );
}

function WaitingText({ entry, online }: { entry: Entry; online: boolean }) {
  const { role } = useMe();
  if (entry.role !== role) return <p>{t("otherRole", { role: inLanguage(ROLE_NAMES[entry.role as Role]) })}</p>;
  return <p>{t(online ? "waitingOnline" : "waitingOffline")}</p>;
}

function Unreadable({ at, erase }: { at?: number; erase: () => Promise<void> }) {
  return (
    <article className="stack-tight" aria-label={t("unreadable")}>
      <div className="row-between">
        <h2>{t("unreadableTitle")}</h2>
        <Tag tone="warn">{t("unreadable")}</Tag>
      </div>
      {at !== undefined && <p className="quiet">{t("written", { moment: moment(at) })}</p>}
      <p>{t("unreadableWhy")}</p>
      <div>
        <Erase title={t("unreadableTitle")} erase={erase} />
      </div>
    </article>
  );
}

function Erase({ title, erase }: { title: string; erase: () => Promise<void> }) {
  const [asked, setAsked] = useState(false);
  const yes = () => {
    setAsked(false);
    void erase().then(() => say(t("erased")));
  };
  return (
    <>
      <Button kind="plain" onPress={() => setAsked(true)} label={`${t("erase")}: ${title}`}>
        {t("erase")}
      </Button>
      <Confirm title={t("eraseTitle")} yes={t("erase")} danger open={asked} onYes={yes} onClose={() => setAsked(false)}>
        <p>{t("eraseAsk")}</p>
      </Confirm>
    </>
  );
}
