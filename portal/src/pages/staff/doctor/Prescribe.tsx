import { useState } from "react";
import { useLocation, useParams, useSearch } from "wouter";
import { Problem } from "../../../api/problems";
import { useMe } from "../../../app/session";
import { ask, etagOf, kindOf, RecordForm, recordPath, useKinds, useRecord, type CardRecord, type Kind } from "../../../records";
import { Card, Notice, Page, say, Shown } from "../../../ui";
import { PatientName } from "./PatientName";
import { Answer, type Answered } from "./PrescribingWarnings";
import type { Warning } from "./shapes";
import { t } from "./words";

const KIND = "prescription";
const OWN = ["override", "related"] as const; // answered and linked beside the form

/** A prescription: the form of its kind, warnings before it is signed, a fresh second factor for the signature. */
export default function Prescribe() {
  const { patientId = "" } = useParams();
  const replaces = new URLSearchParams(useSearch()).get("replaces") ?? "";
  const kinds = useKinds();
  return (
    <Page title={replaces ? t("replaceTitle") : t("prescribeTitle")} lead={<PatientName patientId={patientId} />} up={{ to: `/patients/${patientId}`, label: t("patientsCard") }} width="text">
      <Shown of={kinds}>
        {(known) => {
          const kind = kindOf(known, KIND);
          if (!kind) return null;
          return replaces ? <Replacing kind={kind} patientId={patientId} recordId={replaces} /> : <Signing kind={kind} patientId={patientId} />;
        }}
      </Shown>
    </Page>
  );
}

function Replacing({ kind, patientId, recordId }: { kind: Kind; patientId: string; recordId: string }) {
  const found = useRecord(patientId, kind.collection, recordId);
  return <Shown of={found}>{(record) => <Signing kind={kind} patientId={patientId} replaced={record} />}</Shown>;
}

/** What is carried over into a new one: what the doctor says, not what was made of it. */
const CARRIED = ["doctor_name", "form", "validity", "special_purpose", "ground", "drugs", "diagnosis"] as const;

function Signing({ kind, patientId, replaced }: { kind: Kind; patientId: string; replaced?: CardRecord }) {
  const me = useMe();
  const [, go] = useLocation();
  const [warnings, setWarnings] = useState<readonly Warning[]>([]);
  const [answered, setAnswered] = useState<Answered>({ reason: "", text: "" });
  const own = [me.profile["last_name"], me.profile["first_name"], me.profile["middle_name"]].filter(Boolean).join(" ");
  const before = Object.fromEntries(CARRIED.filter((name) => replaced?.body[name] != null).map((name) => [name, replaced?.body[name]]));
  const given = { occurred_at: new Date().toISOString(), doctor_name: own, form: "107-1/у", validity: "60d", drugs: [{}], ...before };

  const send = async (body: Readonly<Record<string, unknown>>, key: Record<string, string>): Promise<CardRecord> => {
    const grave = warnings.filter(({ severity }) => severity !== "notice").map((one) => one.key);
    const override = grave.length && answered.reason ? { reason: answered.reason, warnings: grave, ...(answered.text ? { text: answered.text } : {}) } : null;
    const path = recordPath(patientId, kind.collection, ...(replaced ? [replaced.id] : []));
    const headers = replaced ? { ...key, "If-Match": etagOf(replaced) } : key;
    try {
      return (await ask<CardRecord>(path, { method: replaced ? "PUT" : "POST", body: { ...body, override }, headers })).data;
    } catch (thrown) {
      if (thrown instanceof Problem && thrown.code === "prescribing-warnings") setWarnings(thrown.extra["warnings"] as Warning[]);
      throw thrown;
    }
  };
  const done = (record: CardRecord) => {
    say(t("prescribed"));
    go(`/patients/${patientId}/${kind.collection}/${record.id}`);
  };
  return (
    <Card>
      <Notice>{t("signedByFactor")}</Notice>
      <RecordForm kind={kind} patientId={patientId} given={given} without={OWN} send={send} done={done} submit={t("signPrescription")} />
      {warnings.length > 0 && <Answer warnings={warnings} answered={answered} onAnswer={setAnswered} patientId={patientId} />}
    </Card>
  );
}
