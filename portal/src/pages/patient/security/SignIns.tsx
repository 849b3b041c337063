import { useState } from "react";
import { api } from "../../../api/client";
import { useChange, usePages } from "../../../api/queries";
import { ROLE_NAMES, type Role } from "../../../app/roles";
import { inLanguage } from "../../../i18n";
import { dayAndTime } from "../../../i18n/dates";
import { Button, Confirm, Empty, List, Notice, Page, ProblemBox, Tag } from "../../../ui";
import { clientWords, factorWords, outcomeWords } from "./said";
import { t } from "./words";

type Attempt = {
  sign_in_id: string;
  at: string;
  outcome: string;
  reason?: string;
  factor?: string;
  role?: Role;
  network: string;
  client: string;
  session?: string;
  reported_at?: string;
};
const KEY = ["sign-in-list"];

/** Every attempt to sign in, successful or not; what one does not know is reported and closed at once. */
export default function SignIns() {
  const pages = usePages(KEY, (query) => api.GET("/api/v1/me/sign-ins", { params: { query } }) as Promise<{ data?: { items: Attempt[]; next?: string } }>);
  return (
    <Page title={t("signIns")} lead={t("signInsLead")} up={{ to: "/security", label: t("title") }}>
      <List of={pages} label={t("signIns")} keyOf={(one) => one.sign_in_id} empty={<Empty title={t("noSignIns")} />}>
        {(one) => <OneAttempt attempt={one} />}
      </List>
    </Page>
  );
}

function OneAttempt({ attempt }: { attempt: Attempt }) {
  const [asked, setAsked] = useState(false);
  const path = { sign_in_id: attempt.sign_in_id };
  const reported = useChange(() => api.POST("/api/v1/me/sign-ins/{sign_in_id}/report", { params: { path } }), [KEY, ["session-list"]]);
  const report = () => {
    setAsked(false);
    reported.mutate();
  };
  const entered = attempt.outcome === "entered";
  const parts = [attempt.role && inLanguage(ROLE_NAMES[attempt.role]), clientWords(attempt.client), attempt.factor && factorWords(attempt.factor), attempt.network];
  return (
    <>
      <div className="row-between">
        <strong>{dayAndTime(attempt.at)}</strong>
        <Tag tone={entered ? "good" : "warn"}>{outcomeWords(attempt.outcome)}</Tag>
      </div>
      <p className="quiet">{parts.filter(Boolean).join(" · ")}</p>
      {attempt.reported_at ? (
        <Notice tone="good" title={t("reported", { when: dayAndTime(attempt.reported_at) })} />
      ) : (
        <div>
          <Button kind="plain" busy={reported.isPending} onPress={() => setAsked(true)} label={`${t("notMe")}: ${dayAndTime(attempt.at)}`}>
            {t("notMe")}
          </Button>
        </div>
      )}
      {attempt.outcome === "blocked" && attempt.session && <Unblock session={attempt.session} />}
      {reported.error && <ProblemBox problem={reported.error} />}
      <Confirm title={t("notMe")} yes={t("report")} danger open={asked} onYes={report} onClose={() => setAsked(false)}>
        {t("notMeWhat")}
      </Confirm>
    </>
  );
}

/** A session that was stopped because it looked strange: its owner opens it again, with a factor that a thief would lack. */
function Unblock({ session }: { session: string }) {
  const path = { session_id: session };
  const unblocked = useChange(() => api.POST("/api/v1/me/sessions/{session_id}/unblock", { params: { path } }), [KEY]);
  return (
    <div className="stack-tight">
      {unblocked.isSuccess ? (
        <Notice tone="good" title={t("unblocked")} live />
      ) : (
        <div>
          <Button kind="secondary" busy={unblocked.isPending} onPress={() => unblocked.mutate()}>
            {t("unblock")}
          </Button>
        </div>
      )}
      {unblocked.error && <ProblemBox problem={unblocked.error} />}
    </div>
  );
}
