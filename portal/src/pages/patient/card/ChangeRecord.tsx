import { useLocation, useParams } from "wouter";
import { useCardId } from "../../../app/session";
import { inLanguage } from "../../../i18n";
import { kindOf, recordAddress, RecordForm, useKinds, useRecord, type Kind } from "../../../records";
import { recordWords } from "../../../records/words";
import { Card, Page, say, Shown } from "../../../ui";
import { FOR_DOCTORS } from "./NewRecord";
import { cardWords as t } from "./words";

/** What one entered by oneself, put right. */
export default function ChangeRecord() {
  const { collection = "", recordId = "" } = useParams();
  const kinds = useKinds();
  return (
    <Shown of={kinds}>
      {(known) => {
        const kind = kindOf(known, collection);
        return kind ? <Content kind={kind} recordId={recordId} /> : <Page title={t("noSuchKind")}>{null}</Page>;
      }}
    </Shown>
  );
}

function Content({ kind, recordId }: { kind: Kind; recordId: string }) {
  const cardId = useCardId();
  const [, go] = useLocation();
  const found = useRecord(cardId, kind.collection, recordId);
  return (
    <Shown of={found}>
      {(record) => (
        <Page title={t("changeRecord", { kind: inLanguage(kind.labels).toLowerCase() })} up={{ to: recordAddress(record, kind), label: recordWords("record") }} width="text">
          <Card>
            <RecordForm
              kind={kind}
              patientId={cardId}
              record={record}
              without={FOR_DOCTORS}
              done={() => {
                say(t("saved"));
                go(recordAddress(record, kind));
              }}
            />
          </Card>
        </Page>
      )}
    </Shown>
  );
}
