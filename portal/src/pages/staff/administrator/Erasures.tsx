import { useState } from "react";
import { api } from "../../../api/client";
import { useChange, usePages } from "../../../api/queries";
import { ifMatch, typed } from "../../../api/typed";
import { useMe } from "../../../app/session";
import { dayAndTime } from "../../../i18n/dates";
import { Button, Card, Confirm, Download, Empty, Facts, Form, List, More, Page, ProblemBox, Radios, say, Tag, TextField, useForm } from "../../../ui";
import { t } from "./decisionWords";

const BASES = ["own-request", "court-order", "end-of-retention"] as const;
type Basis = (typeof BASES)[number];
type State = "proposed" | "approved" | "executing" | "executed" | "refused" | "withdrawn" | "lapsed";
type Erasure = {
  erasure_id: string;
  patient_id: string;
  state: State;
  version: number;
  basis: Basis;
  reference: string;
  proposed_by: string;
  proposed_at: string;
  decided_at?: string;
  due_at?: string;
  executed_at?: string;
  lapses_at?: string;
};
const KEY = ["erasure-list"];
const TONES = { proposed: "warn", approved: "bad", executing: "bad", executed: "quiet", refused: "quiet", withdrawn: "quiet", lapsed: "quiet" } as const;
const STOPPABLE: readonly State[] = ["proposed", "approved"];

/** Erasure of all data of a person: an administrator proposes, a security officer decides, the receipt proves it. */
export default function Erasures() {
  const { role } = useMe();
  const pages = usePages(KEY, (query) => typed<{ items: Erasure[]; next?: string }>(api.GET("/api/v1/erasures", { params: { query } })));
  return (
    <Page title={t("erasures")} lead={t("erasuresLead")}>
      {role === "administrator" && (
        <More title={t("proposeErasure")}>
          <Propose />
        </More>
      )}
      <List of={pages} label={t("erasures")} keyOf={(one) => one.erasure_id} empty={<Empty title={t("noErasures")}>{t(role === "administrator" ? "noErasuresPropose" : "noErasuresDecide")}</Empty>}>
        {(one) => <One erasure={one} />}
      </List>
    </Page>
  );
}

function One({ erasure }: { erasure: Erasure }) {
  const { role, person_id } = useMe();
  const { state } = erasure;
  return (
    <>
      <div className="row-between">
        <strong>{t("erasureBasis", { basis: t(`basis-${erasure.basis}`), number: erasure.reference })}</strong>
        <Tag tone={TONES[state]}>{t(`erasure-${state}`)}</Tag>
      </div>
      <Facts
        facts={[
          [t("whoseData"), erasure.patient_id],
          [t("proposedAt"), dayAndTime(erasure.proposed_at)],
          [t("decidedAt"), dayAndTime(erasure.decided_at)],
          [t("dueAt"), state === "approved" && dayAndTime(erasure.due_at)],
          [t("executedAt"), dayAndTime(erasure.executed_at)],
          [t("lapsesAt"), dayAndTime(erasure.lapses_at)],
        ]}
      />
      {state === "executed" && (
        <div>
          <Download path={`/api/v1/erasures/${erasure.erasure_id}/receipt`} accept="application/jose" title={t("receipt")} />
        </div>
      )}
      {role === "security-officer" && STOPPABLE.includes(state) && <Decide erasure={erasure} />}
      {role === "administrator" && STOPPABLE.includes(state) && erasure.proposed_by === person_id && <Withdraw erasure={erasure} />}
    </>
  );
}

/** Approval begins what cannot be undone; a refusal can still come after it, until the erasure is executed. */
function Decide({ erasure }: { erasure: Erasure }) {
  const [asked, setAsked] = useState<"approve" | "refuse" | null>(null);
  const path = { erasure_id: erasure.erasure_id };
  const decided = useChange((approve: boolean) => api.POST("/api/v1/erasures/{erasure_id}/decision", { params: { path }, body: { approve }, headers: ifMatch(erasure.version) }), [KEY]);
  const decide = () => decided.mutate(asked === "approve", { onSuccess: () => say(t("decided")), onSettled: () => setAsked(null) });
  return (
    <>
      {decided.error && <ProblemBox problem={decided.error} />}
      <div className="row">
        {erasure.state === "proposed" && (
          <Button kind="danger" onPress={() => setAsked("approve")}>
            {t("approveErasure")}
          </Button>
        )}
        <Button kind="secondary" onPress={() => setAsked("refuse")}>
          {t("refuseErasure")}
        </Button>
      </div>
      <Confirm title={t(asked === "approve" ? "approveErasureSure" : "refuseErasureSure")} yes={t(asked === "approve" ? "approveErasure" : "refuseErasure")} danger={asked === "approve"} open={asked !== null} busy={decided.isPending} onYes={decide} onClose={() => setAsked(null)}>
        {t(asked === "approve" ? "approveErasureWhat" : "refuseErasureWhat")}
      </Confirm>
    </>
  );
}

function Withdraw({ erasure }: { erasure: Erasure }) {
  const path = { erasure_id: erasure.erasure_id };
  const withdrawn = useChange(() => api.DELETE("/api/v1/erasures/{erasure_id}", { params: { path } }), [KEY]);
  return (
    <>
      {withdrawn.error && <ProblemBox problem={withdrawn.error} />}
      <div>
        <Button kind="secondary" busy={withdrawn.isPending} onPress={() => withdrawn.mutate(undefined, { onSuccess: () => say(t("erasureWithdrawn")) })}>
          {t("withdrawErasure")}
        </Button>
      </div>
    </>
  );
}

function Propose() {
  const proposed = useChange((body: { patient_id: string; basis: Basis; reference: string }) => api.POST("/api/v1/erasures", { body }), [KEY]);
  const form = useForm({ patient_id: "", basis: "" as "" | Basis, reference: "" }, ({ patient_id, basis, reference }) => proposed.mutateAsync({ patient_id: patient_id.trim(), basis: basis || "own-request", reference: reference.trim() }), {
    check: ({ patient_id, basis, reference }) => ({
      patient_id: /^[0-9a-z]{8,64}$/.test(patient_id.trim()) ? "" : t("patientIdWrong"),
      basis: basis ? "" : t("basisNeeded"),
      reference: /^[0-9A-Za-zА-Яа-яЁё№/ .-]{1,40}$/.test(reference.trim()) ? "" : t("erasureReferenceWrong"),
    }),
    done: () => say(t("erasureProposed")),
  });
  return (
    <Card>
      <p>{t("proposeErasureWhy")}</p>
      <Form form={form} submit={t("propose")} kind="danger">
        <TextField {...form.field("patient_id")} label={t("whoseData")} hint={t("patientIdHint")} required />
        <Radios {...form.field("basis")} onChange={(basis) => form.set({ basis: basis as Basis })} label={t("basis")} choices={BASES.map((value) => ({ value, label: t(`basis-${value}`), hint: t(`basisHint-${value}`) }))} />
        <TextField {...form.field("reference")} label={t("erasureReference")} hint={t("erasureReferenceHint")} width="middle" required maxLength={40} />
      </Form>
    </Card>
  );
}
