import { useParams } from "wouter";
import { api } from "../../../api/client";
import { useRead } from "../../../api/queries";
import { typed } from "../../../api/typed";
import { useMe } from "../../../app/session";
import { day } from "../../../i18n/dates";
import { kindOf, RecordItem, useKinds } from "../../../records";
import { ButtonLink, Card, Empty, Facts, Loading, Page, Section, Shown } from "../../../ui";
import { ClosedCard, isClosed } from "./ClosedCard";
import { NeedsOfPatient } from "./NeedsOfPatient";
import { PatientSections } from "./PatientSections";
import { fullName, type Overview } from "./shapes";
import { t } from "./words";

/** A patient's card as who treats them sees it: dangers first, then what is going on, then all sections. */
export default function Patient() {
  const { patientId = "" } = useParams();
  const found = useRead(["overview", patientId], () => typed<Overview>(api.GET("/api/v1/patients/{patient_id}/overview", { params: { path: { patient_id: patientId } } })));
  if (found.error && isClosed(found.error)) return <ClosedCard patientId={patientId} problem={found.error} again={() => void found.refetch()} />;
  if (!found.data) {
    return (
      <Page title={t("patient")} up={{ to: "/patients", label: t("patients") }}>
        <Shown of={found}>{() => <Loading />}</Shown>
      </Page>
    );
  }
  return <Open overview={found.data} patientId={patientId} />;
}

function Open({ overview, patientId }: { overview: Overview; patientId: string }) {
  const { role } = useMe();
  const { person } = overview;
  return (
    <Page
      title={fullName(person) || t("patient")}
      up={{ to: "/patients", label: t("patients") }}
      lead={[day(person.birth_date), person.sex && t(person.sex), person.oms_policy && t("policy", { number: person.oms_policy })].filter(Boolean).join(" · ")}
      actions={
        role === "doctor" && (
          <>
            <ButtonLink to={`/patients/${patientId}/new/examination-protocol`} kind="primary">
              {t("writeProtocol")}
            </ButtonLink>
            <ButtonLink to={`/patients/${patientId}/prescribe`}>{t("prescribe")}</ButtonLink>
          </>
        )
      }
    >
      <Dangers overview={overview} patientId={patientId} />
      <GoingOn overview={overview} patientId={patientId} />
      <NeedsOfPatient patientId={patientId} />
      <PatientSections patientId={patientId} />
    </Page>
  );
}

function Dangers({ overview, patientId }: { overview: Overview; patientId: string }) {
  const kinds = useKinds();
  const allergies = [...overview.allergies, ...overview.received_allergies];
  return (
    <Section title={t("allergies")}>
      {allergies.length ? (
        <Shown of={kinds} lines={1}>
          {(known) => (
            <ul className="plain-list list">
              {allergies.map((record) => {
                const kind = kindOf(known, record.kind);
                return (
                  kind && (
                    <Card key={record.id} as="li" tone="bad">
                      <RecordItem record={record} kind={kind} to={`/patients/${patientId}/${kind.collection}/${record.id}`} />
                    </Card>
                  )
                );
              })}
            </ul>
          )}
        </Shown>
      ) : (
        <Empty title={t("noAllergies")}>{t("noAllergiesWhy")}</Empty>
      )}
    </Section>
  );
}

function GoingOn({ overview, patientId }: { overview: Overview; patientId: string }) {
  const kinds = useKinds();
  const drugs = [...overview.current_medication, ...overview.current_intake];
  const conditions = overview.chronic_conditions.map(({ code, text }) => [code, text] as const);
  return (
    <>
      <Section title={t("conditions")}>{conditions.length ? <Facts facts={conditions} /> : <p className="quiet">{t("noConditions")}</p>}</Section>
      <Section title={t("medication")}>
        {drugs.length ? (
          <Shown of={kinds} lines={1}>
            {(known) => (
              <ul className="plain-list list" aria-label={t("medication")}>
                {drugs.map((record) => {
                  const kind = kindOf(known, record.kind);
                  return (
                    kind && (
                      <li key={record.id} className="list-item">
                        <RecordItem record={record} kind={kind} to={`/patients/${patientId}/${kind.collection}/${record.id}`} named />
                      </li>
                    )
                  );
                })}
              </ul>
            )}
          </Shown>
        ) : (
          <p className="quiet">{t("noMedication")}</p>
        )}
      </Section>
    </>
  );
}
