import { useState } from "react";
import { Link } from "wouter";
import { sectionsWords } from "../../../access/sections";
import { api } from "../../../api/client";
import { useChange, usePages } from "../../../api/queries";
import { ifMatch, typed } from "../../../api/typed";
import { ROLE_NAMES, type Role } from "../../../app/roles";
import { useCardId } from "../../../app/session";
import { inLanguage } from "../../../i18n";
import { day, dayAndTime } from "../../../i18n/dates";
import { Button, ButtonLink, Card, Confirm, Empty, Form, List, Page, ProblemBox, say, Section, Tag, useForm } from "../../../ui";
import { ConsentTerms, sentTerms, termsFault, termsOf } from "./ConsentTerms";
import type { Consent } from "./shapes";
import { t } from "./words";

const KEY = "consent-list";
const TONES = { requested: "info", granted: "good", refused: "quiet", revoked: "quiet", expired: "quiet" } as const;

/** Requests that wait first, then who has access now, in one sentence each; what has ended is below. */
export default function Access() {
  const cardId = useCardId();
  const pages = usePages([KEY, cardId], (query) => typed<{ items: Consent[]; next?: string }>(api.GET("/api/v1/me/consents", { params: { query } })), { limit: 100 });
  const of = (...states: Consent["state"][]) => ({ ...pages, items: pages.items.filter(({ state }) => states.includes(state)), more: false });
  return (
    <Page title={t("title")} lead={t("lead")} actions={<ButtonLink to="/access/new">{t("openTo")}</ButtonLink>}>
      <Section title={t("waiting")}>
        <List of={of("requested")} label={t("waiting")} keyOf={(one) => one.member} empty={<p className="quiet">{t("noRequests")}</p>}>
          {(one) => <Request consent={one} />}
        </List>
      </Section>
      <Section title={t("now")}>
        <List of={of("granted")} label={t("now")} keyOf={(one) => one.member} empty={<Empty title={t("nobody")}>{t("nobodyWhy")}</Empty>}>
          {(one) => <Granted consent={one} />}
        </List>
      </Section>
      <Section title={t("ended")}>
        <List of={{ ...of("refused", "revoked", "expired"), more: pages.more }} label={t("ended")} keyOf={(one) => one.member} empty={<p className="quiet">{t("noneEnded")}</p>}>
          {(one) => <Ended consent={one} />}
        </List>
      </Section>
      <p className="row">
        <Link href="/access/history">{t("history")}</Link>
        <Link href="/access/closed">{t("closed")}</Link>
        <Link href="/access/apps">{t("apps")}</Link>
        <Link href="/journal">{t("journal")}</Link>
      </p>
    </Page>
  );
}

const isRole = (role: string): role is Role => role in ROLE_NAMES;
const nameOf = ({ who }: Consent) => who.name || who.organisation;
const placeOf = ({ who }: Consent) => [isRole(who.role) ? inLanguage(ROLE_NAMES[who.role]) : "", who.organisation].filter(Boolean).join(", ");

function useAnswer(consent: Consent) {
  const params = { path: { member_id: consent.member } };
  const headers = ifMatch(consent.version);
  return useChange(
    (body: { state: "granted" | "refused" | "revoked" } & Partial<ReturnType<typeof sentTerms>>) => api.PUT("/api/v1/me/consents/{member_id}", { params, body, headers }),
    [[KEY], ["overview"]],
  );
}

/** What is open and until when, as one sentence. */
function sentence({ level, sections, valid_until }: Consent): string {
  const what = sections.length ? sectionsWords(sections) : t("whole");
  return t(level === "full" ? "sentenceFull" : "sentenceLimited", { what, until: day(valid_until) });
}

function Request({ consent }: { consent: Consent }) {
  const [open, setOpen] = useState(false);
  const answer = useAnswer(consent);
  const form = useForm(termsOf(consent), (values) => answer.mutateAsync({ state: "granted", ...sentTerms(values) }), {
    check: (values) => ({ sections: termsFault(values) }),
    done: () => say(t("given")),
  });
  const refuse = () => answer.mutate({ state: "refused" }, { onSuccess: () => say(t("refusedIt")) });
  return (
    <>
      <div className="row-between">
        <h3>{nameOf(consent)}</h3>
        <span className="quiet">{dayAndTime(consent.requested_at)}</span>
      </div>
      <p>{placeOf(consent)}</p>
      <p>{t("asks", { purpose: t(`purpose-${consent.purpose}`).toLowerCase() })}</p>
      {answer.error && !form.problem && <ProblemBox problem={answer.error} />}
      {open ? (
        <Card>
          <Form
            form={form}
            submit={t("give")}
            actions={
              <Button kind="plain" onPress={() => setOpen(false)}>
                {t("notNow")}
              </Button>
            }
          >
            <ConsentTerms form={form} />
          </Form>
        </Card>
      ) : (
        <div className="row">
          <Button onPress={() => setOpen(true)} label={`${t("decide")}: ${nameOf(consent)}`}>
            {t("decide")}
          </Button>
          <Button kind="secondary" busy={answer.isPending} onPress={refuse} label={`${t("refuse")}: ${nameOf(consent)}`}>
            {t("refuse")}
          </Button>
        </div>
      )}
    </>
  );
}

function Granted({ consent }: { consent: Consent }) {
  const [asked, setAsked] = useState(false);
  const [changing, setChanging] = useState(false);
  const answer = useAnswer(consent);
  const form = useForm(termsOf(consent), (values) => answer.mutateAsync({ state: "granted", ...sentTerms(values) }), {
    check: (values) => ({ sections: termsFault(values) }),
    done: () => {
      setChanging(false);
      say(t("changed"));
    },
  });
  const revoke = () => {
    setAsked(false);
    answer.mutate({ state: "revoked" }, { onSuccess: () => say(t("revoked")) });
  };
  return (
    <>
      <h3>{nameOf(consent)}</h3>
      <p className="quiet">{placeOf(consent)}</p>
      <p>{sentence(consent)}</p>
      {answer.error && !form.problem && <ProblemBox problem={answer.error} />}
      {changing && (
        <Card>
          <Form
            form={form}
            submit={t("saveChange")}
            actions={
              <Button kind="plain" onPress={() => setChanging(false)}>
                {t("notNow")}
              </Button>
            }
          >
            <ConsentTerms form={form} />
          </Form>
        </Card>
      )}
      {!changing && (
        <div className="row">
          <Button kind="danger" busy={answer.isPending} onPress={() => setAsked(true)} label={`${t("revoke")}: ${nameOf(consent)}`}>
            {t("revoke")}
          </Button>
          <Button kind="plain" onPress={() => setChanging(true)} label={`${t("change")}: ${nameOf(consent)}`}>
            {t("change")}
          </Button>
        </div>
      )}
      <Confirm title={t("revoke")} yes={t("revoke")} danger open={asked} onYes={revoke} onClose={() => setAsked(false)}>
        {t("revokeWhat", { name: nameOf(consent) })}
      </Confirm>
    </>
  );
}

function Ended({ consent }: { consent: Consent }) {
  return (
    <div className="row-between">
      <span>
        {nameOf(consent)} <span className="quiet">{placeOf(consent)}</span>
      </span>
      <span className="row">
        <Tag tone={TONES[consent.state]}>{t(`state-${consent.state}`)}</Tag>
        <span className="quiet">{day(consent.answered_at ?? consent.valid_until)}</span>
      </span>
    </div>
  );
}
