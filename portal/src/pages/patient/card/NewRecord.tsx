import { useLocation, useParams } from "wouter";
import { useCardId } from "../../../app/session";
import { inLanguage } from "../../../i18n";
import { kindOf, recordAddress, RecordForm, useKinds } from "../../../records";
import { recordWords } from "../../../records/words";
import { Card, Page, say, Shown } from "../../../ui";
import { now } from "./now";
import { listOf } from "./sections";
import { cardWords as t } from "./words";

/** Codes that say nothing to whoever is not a doctor. */
export const FOR_DOCTORS = ["atc"];

/** Something that one enters into the own card. */
export default function NewRecord() {
  const { collection = "" } = useParams();
  const cardId = useCardId();
  const [, go] = useLocation();
  const kinds = useKinds();
  return (
    <Shown of={kinds}>
      {(known) => {
        const kind = kindOf(known, collection);
        if (!kind) return <Page title={t("noSuchKind")}>{null}</Page>;
        return (
          <Page title={t("newRecord", { kind: inLanguage(kind.labels).toLowerCase() })} lead={t("newLead")} up={{ to: listOf(kind.name), label: recordWords("allRecords") }} width="text">
            <Card>
              <RecordForm
                kind={kind}
                patientId={cardId}
                without={FOR_DOCTORS}
                given={{ [kind.occurred]: now() }}
                done={(record) => {
                  say(t("saved"));
                  go(recordAddress(record, kind));
                }}
              />
            </Card>
          </Page>
        );
      }}
    </Shown>
  );
}
