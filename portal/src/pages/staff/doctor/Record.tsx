import { useState } from "react";
import { useLocation, useParams } from "wouter";
import { api } from "../../../api/client";
import { useChange } from "../../../api/queries";
import { useMe } from "../../../app/session";
import { inLanguage } from "../../../i18n";
import { afterWriting, ask, etagOf, kindOf, recordMoment, recordPath, RecordForm, recordTitle, RecordView, useKinds, useRecord, Versions, Zoomable, type CardRecord, type Kind } from "../../../records";
import { Button, ButtonLink, Card, Confirm, Download, Page, ProblemBox, say, Select, Shown } from "../../../ui";
import { mayWrite } from "./PatientSections";
import { t } from "./words";

/** One record of a patient's card: seen, confirmed, amended, its versions. */
export default function Record() {
  const { patientId = "", collection = "", recordId = "" } = useParams();
  const kinds = useKinds();
  const found = useRecord(patientId, collection, recordId);
  return (
    <Shown of={kinds}>
      {(known) => {
        const kind = kindOf(known, collection);
        if (!kind) return <Page title={t("noSuchKind")}>{null}</Page>;
        return <Shown of={found}>{(record) => <One record={record} kind={kind} patientId={patientId} />}</Shown>;
      }}
    </Shown>
  );
}

type Props = { record: CardRecord; kind: Kind; patientId: string };

function One({ record, kind, patientId }: Props) {
  const { role } = useMe();
  const [amending, setAmending] = useState(false);
  const done = () => {
    setAmending(false);
    say(t("saved"));
  };
  return (
    <Page
      title={recordTitle(record, kind)}
      lead={[inLanguage(kind.labels), recordMoment(record, kind)].filter(Boolean).join(" · ")}
      up={{ to: `/patients/${patientId}/${kind.collection}`, label: t("allOfKind") }}
      width="text"
      actions={!amending && <Actions record={record} kind={kind} patientId={patientId} amend={mayWrite(kind, role) && record.source !== "connected" ? () => setAmending(true) : null} />}
    >
      <Card>
        {amending ? (
          <RecordForm kind={kind} patientId={patientId} record={record} done={done} actions={<Button kind="plain" onPress={() => setAmending(false)}>{t("cancel")}</Button>} />
        ) : (
          <Zoomable>
            <RecordView record={record} kind={kind} patientId={patientId} addressOf={({ id }, other) => `/patients/${patientId}/${other.collection}/${id}`} />
          </Zoomable>
        )}
      </Card>
      <Versions patientId={patientId} kind={kind} recordId={record.id} />
    </Page>
  );
}

function Actions({ record, kind, patientId, amend }: Props & { amend: (() => void) | null }) {
  const { role } = useMe();
  const confirm = useChange(() => ask(recordPath(patientId, kind.collection, record.id, "confirmation"), { method: "POST", headers: { "If-Match": etagOf(record) } }), afterWriting(patientId, kind.collection));
  const confirmable = role === "doctor" && record.source === "patient-reported" && !record.confirmed && kind.written_by.includes("patient");
  return (
    <>
      {confirmable && (
        <Button kind="secondary" busy={confirm.isPending} onPress={() => confirm.mutate()}>
          {t("confirmRecord")}
        </Button>
      )}
      {amend && (
        <Button kind="secondary" onPress={amend}>
          {t("amend")}
        </Button>
      )}
      {kind.name === "laboratory-result" && role === "doctor" && <ButtonLink to={`/patients/${patientId}/results/${record.id}/drafts`}>{t("drafts")}</ButtonLink>}
      {kind.name === "prescription" && role === "doctor" && record.status?.state === "active" && <Prescribed record={record} patientId={patientId} />}
      <Download path={recordPath(patientId, kind.collection, record.id, "document")} kind="plain" />
      {confirm.error && <ProblemBox problem={confirm.error} />}
    </>
  );
}

const REASONS = ["error", "side-effect", "replaced", "no-longer-needed", "patient-asked"] as const;

/** A prescription that is in force is revoked with a reason, or another is written in its place. */
function Prescribed({ record, patientId }: { record: CardRecord; patientId: string }) {
  const [asked, setAsked] = useState(false);
  const [reason, setReason] = useState<(typeof REASONS)[number]>("no-longer-needed");
  const [, go] = useLocation();
  const path = { patient_id: patientId, record_id: record.id };
  const revoked = useChange(
    () => api.POST("/api/v1/patients/{patient_id}/prescriptions/{record_id}/revocation", { params: { path }, body: { reason }, headers: { "If-Match": etagOf(record) } }),
    afterWriting(patientId, "prescriptions"),
  );
  const revoke = () => {
    setAsked(false);
    revoked.mutate(undefined, { onSuccess: () => say(t("revoked")) });
  };
  return (
    <>
      <Button kind="secondary" onPress={() => go(`/patients/${patientId}/prescribe?replaces=${record.id}`)}>
        {t("replace")}
      </Button>
      <Button kind="danger" busy={revoked.isPending} onPress={() => setAsked(true)}>
        {t("revoke")}
      </Button>
      {revoked.error && <ProblemBox problem={revoked.error} />}
      <Confirm title={t("revoke")} yes={t("revoke")} danger open={asked} onYes={revoke} onClose={() => setAsked(false)}>
        <div className="stack">
          <p>{t("revokeWhat")}</p>
          <Select name="reason" label={t("reason")} value={reason} onChange={(value) => setReason(value as (typeof REASONS)[number])} choices={REASONS.map((value) => ({ value, label: t(`revoke-${value}`) }))} />
        </div>
      </Confirm>
    </>
  );
}
