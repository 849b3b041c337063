/** One record of the own card. */
import { useParams } from "wouter";
import { useCardId, useMe } from "../../../app/session";
import { inLanguage } from "../../../i18n";
import { kindOf, recordAddress, recordMoment, recordPath, RecordView, recordTitle, useKinds, useRecord, Versions, Zoomable, type CardRecord, type Kind } from "../../../records";
import { recordWords } from "../../../records/words";
import { Button, ButtonLink, Card, commonWords, Download, Notice, Page, Shown } from "../../../ui";
import { listOf } from "./sections";
import { cardWords as t } from "./words";

const LONG = 600; // characters of a record that one may want in larger letters

export default function RecordPage() {
  const { collection = "", recordId = "" } = useParams();
  const kinds = useKinds();
  return (
    <Shown of={kinds}>
      {(known) => {
        const kind = kindOf(known, collection);
        return kind ? <Found kind={kind} recordId={recordId} /> : <Page title={t("noSuchKind")}>{null}</Page>;
      }}
    </Shown>
  );
}

function Found({ kind, recordId }: { kind: Kind; recordId: string }) {
  const cardId = useCardId();
  const found = useRecord(cardId, kind.collection, recordId);
  return <Shown of={found}>{(record) => <One record={record} kind={kind} cardId={cardId} />}</Shown>;
}

function One({ record, kind, cardId }: { record: CardRecord; kind: Kind; cardId: string }) {
  const { role } = useMe();
  const own = record.source === "patient-reported" && kind.written_by.includes(role);
  const content = <RecordView record={record} kind={kind} patientId={cardId} addressOf={({ id }, other) => recordAddress({ id }, other)} />;
  return (
    <Page
      title={recordTitle(record, kind)}
      lead={[inLanguage(kind.labels), recordMoment(record, kind)].filter(Boolean).join(" · ")}
      up={{ to: listOf(kind.name), label: recordWords("allRecords") }}
      width="text"
      actions={
        <>
          {own && !record.confirmed && <ButtonLink to={`${recordAddress(record, kind)}/change`}>{commonWords("edit")}</ButtonLink>}
          {!record.summary_only && <Download path={recordPath(cardId, kind.collection, record.id, "document")} kind="plain" />}
          <Button kind="plain" onPress={() => print()}>
            {commonWords("print")}
          </Button>
        </>
      }
    >
      {own && record.confirmed && <Notice>{t("confirmedFixed")}</Notice>}
      <Card>{JSON.stringify(record.body).length > LONG ? <Zoomable>{content}</Zoomable> : content}</Card>
      <Versions patientId={cardId} kind={kind} recordId={record.id} />
    </Page>
  );
}
