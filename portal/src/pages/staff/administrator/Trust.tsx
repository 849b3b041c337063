import "./administrator.css";
import { useState } from "react";
import { api } from "../../../api/client";
import { useChange, useRead } from "../../../api/queries";
import { ifMatch, typed } from "../../../api/typed";
import { useMe } from "../../../app/session";
import { day, dayAndTime } from "../../../i18n/dates";
import { Button, Card, Confirm, Empty, Facts, FileField, Form, More, Notice, Page, ProblemBox, say, Section, Shown, Tag, TextField, useForm } from "../../../ui";
import { derOf } from "../../../api/base64";
import { t } from "./decisionWords";

type Anchor = { kind: "anchor"; id: string; state: "proposed" | "active" | "removed"; name: string; policies: string[]; usages: string[]; valid_from: string; valid_until: string; proposed_by: string; proposed_at: string; version: number; approved_at?: string };
type Revoked = { kind: "list"; id: string; name: string; number: string; this_update: string; next_update: string; revoked: number };
const KEY = ["trust-list"];
const SOON = 7 * 24 * 60 * 60_000; // milliseconds: a list that ends is to be renewed by then

/** Certification authorities whose signatures count. One proposes, another approves: nobody lets one in alone. */
export default function Trust() {
  const { role } = useMe();
  const found = useRead(KEY, () => typed<{ items: (Anchor | Revoked)[] }>(api.GET("/api/v1/trust")));
  return (
    <Page title={t("trust")} lead={t("trustLead")}>
      {role === "administrator" && (
        <>
          <More title={t("proposeAnchor")}>
            <Propose />
          </More>
          <More title={t("putList")}>
            <PutList />
          </More>
        </>
      )}
      <Shown of={found}>
        {({ items }) => (
          <>
            <Section title={t("anchors")}>
              <Anchors anchors={items.filter((one) => one.kind === "anchor" && one.state !== "removed") as Anchor[]} />
            </Section>
            <Section title={t("lists")}>
              <Lists lists={items.filter((one) => one.kind === "list") as Revoked[]} />
            </Section>
          </>
        )}
      </Shown>
    </Page>
  );
}

/** The name alone, of what a certificate says about its subject. */
const nameOf = (subject: string): string => /Common Name: ([^,]+)/.exec(subject)?.[1] ?? subject;

function Anchors({ anchors }: { anchors: readonly Anchor[] }) {
  if (!anchors.length) return <Empty title={t("noAnchors")}>{t("noAnchorsWhy")}</Empty>;
  const waitingFirst = [...anchors].sort((one, other) => other.state.localeCompare(one.state));
  return (
    <ul className="plain-list list" aria-label={t("anchors")}>
      {waitingFirst.map((anchor) => (
        <li key={anchor.id} className="list-item">
          <OneAnchor anchor={anchor} />
        </li>
      ))}
    </ul>
  );
}

function OneAnchor({ anchor }: { anchor: Anchor }) {
  const { role, person_id } = useMe();
  return (
    <>
      <div className="row-between">
        <strong>{nameOf(anchor.name)}</strong>
        <Tag tone={anchor.state === "active" ? "good" : "warn"}>{t(`anchor-${anchor.state}`)}</Tag>
      </div>
      <Facts
        facts={[
          [t("validUntil"), day(anchor.valid_until)],
          [t("proposedAt"), dayAndTime(anchor.proposed_at)],
          [t("approvedAt"), dayAndTime(anchor.approved_at)],
          [t("policies"), anchor.policies.join(", ")],
        ]}
      />
      <More title={t("fingerprint")}>
        <p className="administrator-text">{anchor.id}</p>
      </More>
      {role === "security-officer" && anchor.state === "proposed" && anchor.proposed_by !== person_id && <Approve anchor={anchor} />}
      {role === "administrator" && <Remove anchor={anchor} />}
    </>
  );
}

function Approve({ anchor }: { anchor: Anchor }) {
  const [asked, setAsked] = useState(false);
  const path = { anchor_id: anchor.id };
  const approved = useChange(() => api.POST("/api/v1/trust/anchors/{anchor_id}/approval", { params: { path }, headers: ifMatch(anchor.version) }), [KEY]);
  return (
    <>
      {approved.error && <ProblemBox problem={approved.error} />}
      <div>
        <Button onPress={() => setAsked(true)}>{t("approve")}</Button>
      </div>
      <Confirm title={t("approveSure")} yes={t("approve")} open={asked} busy={approved.isPending} onYes={() => approved.mutate(undefined, { onSuccess: () => say(t("isApproved")), onSettled: () => setAsked(false) })} onClose={() => setAsked(false)}>
        {t("approveWhat")}
      </Confirm>
    </>
  );
}

function Remove({ anchor }: { anchor: Anchor }) {
  const [asked, setAsked] = useState(false);
  const path = { anchor_id: anchor.id };
  const removed = useChange(() => api.DELETE("/api/v1/trust/anchors/{anchor_id}", { params: { path } }), [KEY]);
  return (
    <>
      {removed.error && <ProblemBox problem={removed.error} />}
      <div>
        <Button kind="secondary" label={`${t("trustNoMore")}: ${nameOf(anchor.name)}`} onPress={() => setAsked(true)}>
          {t("trustNoMore")}
        </Button>
      </div>
      <Confirm title={t("trustNoMoreSure", { name: nameOf(anchor.name) })} yes={t("trustNoMore")} danger open={asked} busy={removed.isPending} onYes={() => removed.mutate(undefined, { onSettled: () => setAsked(false) })} onClose={() => setAsked(false)}>
        {t("anchorOutWhat")}
      </Confirm>
    </>
  );
}

function Lists({ lists }: { lists: readonly Revoked[] }) {
  if (!lists.length) return <Empty title={t("noLists")}>{t("noListsWhy")}</Empty>;
  return (
    <ul className="plain-list list" aria-label={t("lists")}>
      {lists.map((list) => (
        <li key={list.id} className="list-item">
          <strong>{nameOf(list.name)}</strong>
          <Facts facts={[[t("listNumber"), list.number], [t("revokedCount"), String(list.revoked)], [t("nextUpdate"), day(list.next_update)]]} />
          {Date.parse(list.next_update) - Date.now() < SOON && <Notice tone="warn">{t("listEnds")}</Notice>}
        </li>
      ))}
    </ul>
  );
}

const OIDS = /^(\d+(\.\d+)+\s*)*$/;

function Propose() {
  const proposed = useChange(
    async ({ certificate, policies }: { certificate: File; policies: string[] }) => api.POST("/api/v1/trust/anchors", { body: { certificate: await derOf(certificate), policies, usages: [] } }),
    [KEY],
  );
  const form = useForm({ certificate: null as File | null, policies: "" }, ({ certificate, policies }) => proposed.mutateAsync({ certificate: certificate as File, policies: policies.split(/\s+/).filter(Boolean) }), {
    check: ({ certificate, policies }) => ({ certificate: certificate ? "" : t("certificateNeeded"), policies: OIDS.test(policies.trim()) ? "" : t("policiesWrong") }),
    done: () => say(t("anchorProposed")),
  });
  return (
    <Card>
      <p>{t("proposeWhy")}</p>
      <Form form={form} submit={t("propose")}>
        <FileField {...form.field("certificate")} label={t("rootCertificate")} hint={t("certificateHint")} accept=".cer,.crt,.pem,.der" />
        <TextField {...form.field("policies")} label={t("policies")} hint={t("policiesHint")} optional />
      </Form>
    </Card>
  );
}

function PutList() {
  const put = useChange(
    async ({ content, issuer }: { content: File; issuer: File | null }) => api.POST("/api/v1/trust/revocation-lists", { body: { content: await derOf(content), chain: issuer ? [await derOf(issuer)] : [] } }),
    [KEY],
  );
  const form = useForm({ content: null as File | null, chain: null as File | null }, ({ content, chain }) => put.mutateAsync({ content: content as File, issuer: chain }), {
    check: ({ content }) => ({ content: content ? "" : t("listNeeded") }),
    done: () => say(t("listStored")),
  });
  return (
    <Card>
      <p>{t("listWhy")}</p>
      <Form form={form} submit={t("storeList")}>
        <FileField {...form.field("content")} label={t("listFile")} hint={t("listHint")} accept=".crl,.pem,.der" />
        <FileField {...form.field("chain")} label={t("authority")} hint={t("authorityHint")} optional accept=".cer,.crt,.pem,.der" />
      </Form>
    </Card>
  );
}
