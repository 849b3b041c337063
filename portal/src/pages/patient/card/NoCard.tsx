import { useRead } from "../../../api/queries";
import { ask } from "../../../records";
import { day } from "../../../i18n/dates";
import { ButtonLink, Card, Notice, Page, Shown } from "../../../ui";
import { cardStateKey, REASONS, type CardState, type Reason } from "./cardState";
import { activationWords as t } from "./activationWords";
import "./card.css";

/** An account without a card: what a card gives, and how one comes to it. */
export function NoCard() {
  const state = useRead(cardStateKey, () => ask<CardState>("/api/v1/me/card"));
  return (
    <Page title={t("noCard")} lead={t("noCardLead")} width="text">
      <Shown of={state}>{({ application }) => (application?.state === "submitted" ? <Submitted at={application.at} /> : <HowTo refused={application?.reason} />)}</Shown>
    </Page>
  );
}

export function Submitted({ at }: { at: string }) {
  return (
    <Notice tone="good" title={t("submitted", { day: day(at) })}>
      {t("submittedWhy")}
    </Notice>
  );
}

export function HowTo({ refused }: { refused: string | undefined }) {
  return (
    <>
      {refused && (
        <Notice tone="warn" title={t("refused")}>
          {t(REASONS.includes(refused as Reason) ? (refused as Reason) : "other")}
        </Notice>
      )}
      <Card>
        <h2>{t("how")}</h2>
        <ol className="steps">
          <li>{t("how1")}</li>
          <li>{t("how2")}</li>
          <li>{t("how3")}</li>
        </ol>
        <div>
          <ButtonLink to="/activation" kind="primary">
            {t(refused ? "again" : "begin")}
          </ButtonLink>
        </div>
      </Card>
    </>
  );
}
