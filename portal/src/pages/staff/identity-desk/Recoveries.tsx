import { useState } from "react";
import { api, got } from "../../../api/client";
import { useChange, usePages } from "../../../api/queries";
import { typed } from "../../../api/typed";
import { useMe } from "../../../app/session";
import { dayAndTime, time } from "../../../i18n/dates";
import { Button, ButtonLink, Confirm, Empty, List, Page, ProblemBox, say, Tag } from "../../../ui";
import { CodeSheet } from "./CodeSheet";
import type { Recovery } from "./shapes";
import { t } from "./words";

type Issued = Recovery & { code: string };

const KEY = "recovery-list";
const TONES = { opened: "warn", approved: "info", "code-issued": "info", redeemed: "info", completed: "good", cancelled: "quiet", expired: "quiet" } as const;
const OPEN = new Set(["opened", "approved", "code-issued", "redeemed"]);

/** Recoveries of this desk, by number and state: no names stand here. */
export default function Recoveries() {
  const pages = usePages([KEY], (query) => typed<{ items: Recovery[]; next?: string }>(api.GET("/api/v1/desk/recoveries", { params: { query } })));
  const [issued, setIssued] = useState<Issued | null>(null);
  if (issued) return <CodeSheet code={issued.code} until={issued.good_until} done={() => setIssued(null)} />;
  return (
    <Page title={t("recoveries")} lead={t("recoveriesLead")} actions={<ButtonLink to="/">{t("desk")}</ButtonLink>}>
      <List of={pages} label={t("recoveries")} keyOf={(one) => one.recovery_id} empty={<Empty title={t("noRecoveries")}>{t("noRecoveriesWhy")}</Empty>}>
        {(one) => <One recovery={one} given={setIssued} />}
      </List>
    </Page>
  );
}

/** As much of a number as two operators tell each other. */
const short = (id: string) => id.slice(0, 8).toUpperCase();

function One({ recovery, given }: { recovery: Recovery; given: (issued: Issued) => void }) {
  const { person_id: me } = useMe();
  const [asked, setAsked] = useState(false);
  const params = { path: { recovery_id: recovery.recovery_id } };
  const approved = useChange(() => api.POST("/api/v1/desk/recoveries/{recovery_id}/approval", { params }), [[KEY]]);
  const cancelled = useChange(() => api.POST("/api/v1/desk/recoveries/{recovery_id}/cancellation", { params }), [[KEY]]);
  const issued = useChange(() => got(typed<Issued>(api.POST("/api/v1/desk/recoveries/{recovery_id}/code", { params }))), [[KEY]]);
  const mine = recovery.opened_by === me;
  const waits = recovery.state === "opened";
  const problem = approved.error ?? cancelled.error ?? issued.error;
  const number = short(recovery.recovery_id);
  return (
    <>
      <div className="row-between">
        <strong>
          {t("numbered", { number })} · {t(`reason-${recovery.reason}`)}
        </strong>
        <Tag tone={TONES[recovery.state]}>{t(`state-${recovery.state}`)}</Tag>
      </div>
      <p className="quiet">
        {t(mine ? "openedByMe" : "openedByOther", { at: dayAndTime(recovery.opened_at) })}
        {OPEN.has(recovery.state) && <> · {t("goodUntil", { at: time(recovery.good_until) })}</>}
      </p>
      {waits && <p>{t(mine ? "waitsForOther" : "waitsForYou")}</p>}
      {problem && <ProblemBox problem={problem} />}
      <div className="row">
        {waits && !mine && (
          <Button busy={approved.isPending} onPress={() => approved.mutate(undefined, { onSuccess: () => say(t("approved")) })} label={`${t("approve")}: ${number}`}>
            {t("approve")}
          </Button>
        )}
        {recovery.state === "approved" && mine && (
          <Button busy={issued.isPending} onPress={() => issued.mutate(undefined, { onSuccess: given })} label={`${t("issue")}: ${number}`}>
            {t("issue")}
          </Button>
        )}
        {OPEN.has(recovery.state) && (
          <Button kind="plain" busy={cancelled.isPending} onPress={() => setAsked(true)} label={`${t("cancelIt")}: ${number}`}>
            {t("cancelIt")}
          </Button>
        )}
      </div>
      <Confirm
        title={t("cancelIt")}
        yes={t("cancelIt")}
        no={t("goOn")}
        danger
        open={asked}
        onYes={() => {
          setAsked(false);
          cancelled.mutate();
        }}
        onClose={() => setAsked(false)}
      >
        {t("cancelWhat")}
      </Confirm>
    </>
  );
}
