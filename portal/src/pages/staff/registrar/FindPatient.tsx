import { useLocation } from "wouter";
import { ButtonLink, Page, Section } from "../../../ui";
import { PatientBySnils } from "./PatientBySnils";
import { p } from "./patientWords";

export default function FindPatient() {
  const [, go] = useLocation();
  return (
    <Page title={p("patients")} lead={p("patientsLead")} width="text" actions={<ButtonLink to="/merges">{p("merges")}</ButtonLink>}>
      <PatientBySnils submit={p("find")} found={(patientId) => go(`/clinic-patients/${patientId}`)} />
      <Section title={p("notThere")}>
        <p>{p("notThereWhy")}</p>
        <div>
          <ButtonLink to="/clinic-patients/new">{p("register")}</ButtonLink>
        </div>
      </Section>
    </Page>
  );
}
