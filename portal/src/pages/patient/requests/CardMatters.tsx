/** The card as a whole: suspending it, keeping it from being erased, and what others did with it. */
import { useState } from "react";
import { api } from "../../../api/client";
import { useChange, usePages, useRead } from "../../../api/queries";
import { typed } from "../../../api/typed";
import { ROLE_NAMES, type Role } from "../../../app/roles";
import { useCardId } from "../../../app/session";
import { inLanguage } from "../../../i18n";
import { dayAndTime } from "../../../i18n/dates";
import { ask } from "../../../records";
import {
  Button,
  Card,
  Confirm,
  Empty,
  Form,
  List,
  More,
  Notice,
  Page,
  ProblemBox,
  say,
  Section,
  Shown,
  TextArea,
  useForm,
} from "../../../ui";
import { cardStateKey, type CardState } from "../card/cardState";
import { matterWords as t } from "./matterWords";
import { Merges, Payments, Transfers } from "./OthersMatters";

type Line = { id: string; step: "suspend" | "lift"; role: Role; at: string; reason: string };

export default function CardMatters() {
  const state = useRead(cardStateKey, () => ask<CardState>("/api/v1/me/card"));
  return (
    <Page title={t("title")} up={{ to: "/requests", label: t("up") }} width="text">
      <Section title={t("suspension")}>
        <Shown of={state}>{({ card }) => <Standing card={card} />}</Shown>
        <History />
      </Section>
      <Section title={t("transfers")}>
        <Transfers />
      </Section>
      <Section title={t("payments")}>
        <Payments />
      </Section>
      <Section title={t("merges")}>
        <Merges />
      </Section>
      <Section title={t("erasure")}>
        <Erasure />
      </Section>
    </Page>
  );
}

const after = (cardId: string) => [cardStateKey, ["suspension-list", cardId], ["overview"]];

function Standing({ card }: { card: string }) {
  if (card === "active") return <Suspend />;
  if (card === "suspended") return <Resume />;
  return <p>{t("noCard")}</p>;
}

function Suspend() {
  const cardId = useCardId();
  const [sure, setSure] = useState(false);
  const suspended = useChange(
    (reason: string) => api.PUT("/api/v1/me/card/suspension", { body: { reason } }),
    after(cardId),
  );
  const form = useForm({ reason: "" }, async () => setSure(true));
  const suspend = () => {
    setSure(false);
    suspended.mutate(form.values.reason.trim(), { onSuccess: () => say(t("suspended")) });
  };
  return (
    <Card>
      <p>{t("suspendWhat")}</p>
      {suspended.error && <ProblemBox problem={suspended.error} />}
      <Form form={form} submit={t("suspend")} kind="secondary">
        <TextArea
          {...form.field("reason")}
          label={t("reason")}
          hint={t("reasonHint")}
          maxLength={500}
          rows={2}
          optional
        />
      </Form>
      <Confirm
        title={t("suspendSure")}
        yes={t("suspend")}
        busy={suspended.isPending}
        open={sure}
        onYes={suspend}
        onClose={() => setSure(false)}
      >
        {t("suspendWhat")}
      </Confirm>
    </Card>
  );
}

function Resume() {
  const cardId = useCardId();
  const resumed = useChange(() => api.DELETE("/api/v1/me/card/suspension"), after(cardId));
  const resume = () => resumed.mutate(undefined, { onSuccess: () => say(t("resumed")) });
  return (
    <Notice
      tone="warn"
      title={t("isSuspended")}
      actions={
        <Button busy={resumed.isPending} onPress={resume}>
          {t("resume")}
        </Button>
      }
    >
      <p>{t("isSuspendedWhat")}</p>
      {resumed.error && <ProblemBox problem={resumed.error} />}
    </Notice>
  );
}

function History() {
  const cardId = useCardId();
  const pages = usePages(["suspension-list", cardId], (query) =>
    typed<{ items: Line[]; next?: string }>(api.GET("/api/v1/me/card/suspensions", { params: { query } })),
  );
  return (
    <List of={pages} label={t("history")} keyOf={(line) => line.id} empty={<p className="quiet">{t("noHistory")}</p>}>
      {(line) => (
        <>
          <p>
            <strong>{t(`line-${line.step}`)}</strong> <span className="quiet">{dayAndTime(line.at)}</span>
          </p>
          {line.role !== "patient" && <p>{t("byWhom", { who: inLanguage(ROLE_NAMES[line.role]).toLowerCase() })}</p>}
          {line.reason && <p>{line.reason}</p>}
        </>
      )}
    </List>
  );
}

/** There is nothing to look at: whether an erasure is proposed the person was told in a notice. */
function Erasure() {
  const [sure, setSure] = useState(false);
  const kept = useChange(() => api.DELETE("/api/v1/me/erasure"));
  const keep = () => {
    setSure(false);
    kept.mutate(undefined, { onSuccess: () => say(t("kept")) });
  };
  const none = kept.error?.status === 404;
  return (
    <More title={t("erasureAsked")}>
      <div className="stack">
        <p>{t("erasureWhat")}</p>
        {none && <Empty title={t("noErasure")}>{t("noErasureWhy")}</Empty>}
        {kept.error && !none && <ProblemBox problem={kept.error} />}
        <div>
          <Button kind="secondary" busy={kept.isPending} onPress={() => setSure(true)}>
            {t("keep")}
          </Button>
        </div>
        <Confirm title={t("keepSure")} yes={t("keep")} open={sure} onYes={keep} onClose={() => setSure(false)}>
          {t("keepWhat")}
        </Confirm>
      </div>
    </More>
  );
}
