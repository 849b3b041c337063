import { useParams } from "wouter";
import { useMe } from "../../../app/session";
import { inLanguage } from "../../../i18n";
import { kindOf, RecordItem, useKinds, useRecords, type Kind } from "../../../records";
import { ButtonLink, commonWords, Empty, List, Page, Shown } from "../../../ui";
import { PatientName } from "./PatientName";
import { mayWrite } from "./PatientSections";
import { t } from "./words";

/** The records of one kind of a patient's card, newest first. */
export default function Records() {
  const { patientId = "", collection = "" } = useParams();
  const kinds = useKinds();
  return (
    <Shown of={kinds}>
      {(known) => {
        const kind = kindOf(known, collection);
        return kind ? <OfKind kind={kind} patientId={patientId} /> : <Page title={t("noSuchKind")}>{null}</Page>;
      }}
    </Shown>
  );
}

function OfKind({ kind, patientId }: { kind: Kind; patientId: string }) {
  const { role } = useMe();
  const pages = useRecords(patientId, kind.collection);
  return (
    <Page
      title={inLanguage(kind.labels)}
      lead={
        <>
          <PatientName patientId={patientId} /> · {commonWords("newestFirst")}
        </>
      }
      up={{ to: `/patients/${patientId}`, label: t("patientsCard") }}
      actions={
        kind.name === "prescription" ? (
          role === "doctor" && <ButtonLink to={`/patients/${patientId}/prescribe`}>{t("prescribe")}</ButtonLink>
        ) : (
          mayWrite(kind, role) && <ButtonLink to={`/patients/${patientId}/new/${kind.name}`}>{t("write")}</ButtonLink>
        )
      }
    >
      <List of={pages} label={inLanguage(kind.labels)} keyOf={(record) => record.id} empty={<Empty title={t("noRecords")}>{t("noRecordsWhy")}</Empty>}>
        {(record) => <RecordItem record={record} kind={kind} to={`/patients/${patientId}/${kind.collection}/${record.id}`} />}
      </List>
    </Page>
  );
}
