import { api } from "../../../api/client";
import { useChange } from "../../../api/queries";
import { useCardId } from "../../../app/session";
import { recordAddress } from "../../../records/titles";
import { Button, Page, ProblemBox, Shown } from "../../../ui";
import { NeedList } from "./NeedList";
import { listOf, useNeeds } from "./reading";
import { t } from "./words";

/** What is due of care, for who owns the card or acts for them; they may switch it off. */
export default function Needs() {
  const cardId = useCardId();
  const found = useNeeds(cardId);
  return (
    <Page title={t("title")} width="text">
      <Shown of={found}>
        {(needs) => (
          <div className="stack-wide">
            {needs.hints ? <NeedList needs={needs} patientId={cardId} to={(kind, id) => recordAddress({ id }, kind)} book /> : <p>{t("off")}</p>}
            <Switch cardId={cardId} hints={needs.hints} />
          </div>
        )}
      </Shown>
    </Page>
  );
}

function Switch({ cardId, hints }: { cardId: string; hints: boolean }) {
  const change = useChange(
    () => api.PUT("/api/v1/me/needs/hints", { body: { hints: !hints } }),
    [listOf(cardId)],
  );
  return (
    <div className="stack">
      {change.error && <ProblemBox problem={change.error} />}
      {hints && <p className="quiet">{t("switchOffWhy")}</p>}
      <div className="row">
        <Button kind="secondary" busy={change.isPending} onPress={() => change.mutate()}>
          {t(hints ? "switchOff" : "switchOn")}
        </Button>
      </div>
    </div>
  );
}
