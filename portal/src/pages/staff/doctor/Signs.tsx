import { useParams } from "wouter";
import { OpenCard } from "../../../app/session";
import { Page } from "../../../ui";
import { Charts } from "../../patient/vitals/Vitals";
import { PatientName } from "./PatientName";
import { t } from "./words";

/** A patient's readings over time, as the patient sees them. */
export default function Signs() {
  const { patientId = "" } = useParams();
  return (
    <Page title={t("signs")} lead={<PatientName patientId={patientId} />} up={{ to: `/patients/${patientId}`, label: t("patientsCard") }}>
      <OpenCard value={patientId}>
        <Charts />
      </OpenCard>
    </Page>
  );
}
