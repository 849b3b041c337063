import { useLocation } from "wouter";
import { useCardId } from "../../../../app/session";
import { kindOf, recordAddress, RecordForm, useKinds } from "../../../../records";
import { Card, Page, say, Shown } from "../../../../ui";
import { now } from "../now";
import { cardWords } from "../words";
import { documentWords as t } from "./words";

/** A paper of one's own: scans or a PDF, and what it is. */
export default function NewDocument() {
  const cardId = useCardId();
  const [, go] = useLocation();
  const kinds = useKinds();
  return (
    <Page title={t("newTitle")} lead={t("newLead")} up={{ to: "/documents", label: t("title") }} width="text">
      <Shown of={kinds}>
        {(known) => {
          const kind = kindOf(known, "attached-document");
          return kind ? (
            <Card>
              <RecordForm
                kind={kind}
                patientId={cardId}
                given={{ occurred_at: now() }}
                without={["occurred_at"]}
                done={(record) => {
                  say(cardWords("saved"));
                  go(recordAddress(record, kind));
                }}
              />
            </Card>
          ) : null;
        }}
      </Shown>
    </Page>
  );
}
