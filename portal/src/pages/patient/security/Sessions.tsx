import { useState } from "react";
import { api } from "../../../api/client";
import { useChange, useRead } from "../../../api/queries";
import { ROLE_NAMES, type Role } from "../../../app/roles";
import { inLanguage } from "../../../i18n";
import { dayAndTime } from "../../../i18n/dates";
import { Button, Card, Confirm, Facts, Page, ProblemBox, say, Shown, Tag } from "../../../ui";
import { clientWords, factorWords } from "./said";
import { t } from "./words";

type Session = {
  session_id: string;
  role: Role;
  client: string;
  network: string;
  created_at: number;
  seen_at: number;
  factor: string;
  current: boolean;
};
const KEY = ["session-list"];

/** Live sessions; each can be ended, and all others at once. */
export default function Sessions() {
  const found = useRead(KEY, () => api.GET("/api/v1/me/sessions"));
  const [asked, setAsked] = useState(false);
  const others = useChange(() => api.DELETE("/api/v1/me/sessions"), [KEY]);
  const endOthers = () => {
    setAsked(false);
    others.mutate(undefined, { onSuccess: () => say(t("othersEnded")) });
  };
  return (
    <Page
      title={t("sessions")}
      lead={t("sessionsLead")}
      up={{ to: "/security", label: t("title") }}
      actions={
        <Button kind="danger" busy={others.isPending} onPress={() => setAsked(true)}>
          {t("endOthers")}
        </Button>
      }
    >
      {others.error && <ProblemBox problem={others.error} />}
      <Shown of={found}>
        {(data) => (
          <ul className="plain-list stack" aria-label={t("sessions")}>
            {(data["items"] as Session[]).map((session) => (
              <li key={session.session_id}>
                <OneSession session={session} />
              </li>
            ))}
          </ul>
        )}
      </Shown>
      <Confirm title={t("endOthers")} yes={t("end")} danger open={asked} onYes={endOthers} onClose={() => setAsked(false)}>
        {t("endOthersWhat")}
      </Confirm>
    </Page>
  );
}

function OneSession({ session }: { session: Session }) {
  const path = { session_id: session.session_id };
  const ended = useChange(() => api.DELETE("/api/v1/me/sessions/{session_id}", { params: { path } }), [KEY]);
  return (
    <Card tone={session.current ? "accent" : "good"}>
      <div className="row-between">
        <h2>{clientWords(session.client)}</h2>
        {session.current && <Tag tone="info">{t("thisOne")}</Tag>}
      </div>
      <Facts
        facts={[
          [t("role"), inLanguage(ROLE_NAMES[session.role])],
          [t("begun"), dayAndTime(session.created_at)],
          [t("seen"), dayAndTime(session.seen_at)],
          [t("network"), session.network],
          [t("confirmedBy"), factorWords(session.factor)],
        ]}
      />
      {ended.error && <ProblemBox problem={ended.error} />}
      {!session.current && (
        <div>
          <Button kind="secondary" busy={ended.isPending} onPress={() => ended.mutate()}>
            {t("end")}
          </Button>
        </div>
      )}
    </Card>
  );
}
