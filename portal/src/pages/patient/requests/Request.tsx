import { useState } from "react";
import { useParams } from "wouter";
import { api } from "../../../api/client";
import { useChange, useRead } from "../../../api/queries";
import { typed } from "../../../api/typed";
import { useCardId } from "../../../app/session";
import { inLanguage } from "../../../i18n";
import { day, dayAndTime } from "../../../i18n/dates";
import { Button, Card, Confirm, Facts, Notice, Page, ProblemBox, say, Section, Shown, Tag } from "../../../ui";
import { kindTitle } from "./fieldWords";
import { casesKey, useKinds, useOrganisations } from "./reading";
import { factsOf, mayReceive, mayWithdraw, stepTitle, TONES } from "./said";
import type { Scan, Slot, WholeCase } from "./shapes";
import { Supply } from "./Supply";
import { t } from "./words";

const KEY = "case-read";

export default function Request() {
  const { caseId = "" } = useParams();
  const found = useRead([KEY, caseId], () =>
    typed<WholeCase>(api.GET("/api/v1/me/cases/{case_id}", { params: { path: { case_id: caseId } } })),
  );
  return (
    <Page
      title={found.data ? kindTitle(found.data.kind) : t("title")}
      up={{ to: "/requests", label: t("up") }}
      width="text"
    >
      <Shown of={found}>{(request) => <Whole request={request} />}</Shown>
    </Page>
  );
}

function Whole({ request }: { request: WholeCase }) {
  const named = Object.keys(request.documents);
  const kinds = useKinds({ wanted: named.length > 0 || request.state === "needs-more" });
  const slots = kinds.data?.items.find(({ kind }) => kind === request.kind)?.documents ?? [];
  const clinics = useOrganisations({ wanted: request.organisation !== undefined });
  const names = new Map(clinics.map(({ value, label }) => [value, label]));
  return (
    <>
      <Standing request={request} />
      {request.state === "needs-more" && slots.length > 0 && (
        <Supply caseId={request.case_id} slots={slots} after={[[KEY, request.case_id]]} />
      )}
      <Section title={t("what")}>
        <Facts facts={factsOf(request.kind, request.form, names)} />
      </Section>
      {named.length > 0 && (
        <Section title={t("documents")}>
          <Documents documents={request.documents} slots={slots} />
        </Section>
      )}
      <Section title={t("steps")}>
        <ol className="plain-list stack-tight">
          <li>
            {t("filedIt")} <span className="quiet">{dayAndTime(request.filed_at)}</span>
          </li>
          {request.steps.map((step) => (
            <li key={step.step + step.at}>
              {stepTitle(step)} <span className="quiet">{dayAndTime(step.at)}</span>
            </li>
          ))}
        </ol>
      </Section>
      <Ending request={request} />
    </>
  );
}

function Standing({ request }: { request: WholeCase }) {
  return (
    <Card tone={request.state === "needs-more" ? "warn" : "accent"}>
      <div className="row-between">
        <Tag tone={TONES[request.state]}>{t(`state-${request.state}`)}</Tag>
        {request.open && request.due && <span className="quiet">{t("dueBy", { day: day(request.due) })}</span>}
      </div>
      <p>{request.overdue ? t("overdue") : t(`next-${request.state}`)}</p>
      {request.words && (
        <Notice title={t("staffSay")}>
          <p>{request.words}</p>
        </Notice>
      )}
    </Card>
  );
}

function Documents({ documents, slots }: { documents: Record<string, Scan[]>; slots: readonly Slot[] }) {
  const label = (name: string) => {
    const slot = slots.find((one) => one.name === name);
    return slot ? inLanguage(slot.label) : t("documents");
  };
  const said = (scans: Scan[]) =>
    scans.map(({ state }, index) => `${t("scan", { n: index + 1 })}: ${t(`scan-${state}` as "scan-clean")}`).join("; ");
  return <Facts facts={Object.entries(documents).map(([name, scans]) => [label(name), said(scans)] as const)} />;
}

/** What the person can still do: confirm that everything came, or take the request back. */
function Ending({ request }: { request: WholeCase }) {
  const cardId = useCardId();
  const [sure, setSure] = useState(false);
  const params = { path: { case_id: request.case_id } };
  const after = [[KEY, request.case_id], casesKey(cardId)];
  const received = useChange(() => api.POST("/api/v1/me/cases/{case_id}/receipt", { params }), after);
  const withdrawn = useChange(() => api.POST("/api/v1/me/cases/{case_id}/withdrawal", { params }), after);
  const withdraw = () => {
    setSure(false);
    withdrawn.mutate(undefined, { onSuccess: () => say(t("withdrawn")) });
  };
  const problem = received.error ?? withdrawn.error;
  return (
    <>
      {problem && <ProblemBox problem={problem} />}
      {mayReceive(request.state) && <p>{t("receiveWhat")}</p>}
      <div className="row">
        {mayReceive(request.state) && (
          <Button
            busy={received.isPending}
            onPress={() => received.mutate(undefined, { onSuccess: () => say(t("received")) })}
          >
            {t("receive")}
          </Button>
        )}
        {mayWithdraw(request.state) && (
          <Button kind="danger" busy={withdrawn.isPending} onPress={() => setSure(true)}>
            {t("withdraw")}
          </Button>
        )}
      </div>
      <Confirm
        title={`${t("withdraw")}?`}
        yes={t("withdraw")}
        no={t("withdrawKeep")}
        danger
        open={sure}
        onYes={withdraw}
        onClose={() => setSure(false)}
      >
        {t("withdrawWhat")}
      </Confirm>
    </>
  );
}
