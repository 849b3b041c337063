import { useParams } from "wouter";
import { OpenCard } from "../../../app/session";
import { Page } from "../../../ui";
import { IndicatorCharts } from "../../patient/indicators/IndicatorCharts";
import { PatientName } from "./PatientName";
import { t } from "./words";

/** A patient's readings and results over one time, as the patient sees them. */
export default function Indicators() {
  const { patientId = "" } = useParams();
  return (
    <Page title={t("indicators")} lead={<PatientName patientId={patientId} />} up={{ to: `/patients/${patientId}`, label: t("patientsCard") }}>
      <OpenCard value={patientId}>
        <IndicatorCharts key={patientId} />
      </OpenCard>
    </Page>
  );
}
