import { sectionsWords } from "../../../access/sections";
import { api } from "../../../api/client";
import { usePages } from "../../../api/queries";
import { typed } from "../../../api/typed";
import { useCardId } from "../../../app/session";
import { day, dayAndTime } from "../../../i18n/dates";
import { Empty, List, Page } from "../../../ui";
import type { Consent, ConsentLine } from "./shapes";
import { t } from "./words";

const SAID = ["requested", "granted", "refused", "revoked", "expired"] as const;
type Said = (typeof SAID)[number];
const isSaid = (what: string): what is Said => (SAID as readonly string[]).includes(what);

/** Everything that was ever asked, given, refused and taken back, newest first. */
export default function History() {
  const cardId = useCardId();
  const pages = usePages(["consent-journal", cardId], (query) => typed<{ items: ConsentLine[]; next?: string }>(api.GET("/api/v1/me/consent-journal", { params: { query } })));
  const people = usePages(["consent-list", cardId], (query) => typed<{ items: Consent[]; next?: string }>(api.GET("/api/v1/me/consents", { params: { query } })), { limit: 100 });
  const names = new Map(people.items.map(({ member, who }) => [member, who.name || who.organisation]));
  return (
    <Page title={t("history")} lead={t("historyLead")} up={{ to: "/access", label: t("title") }} width="text">
      <List of={pages} label={t("history")} keyOf={(line) => line.id} empty={<Empty title={t("noHistory")} />}>
        {(line) => (
          <>
            <p className="quiet">{dayAndTime(line.at)}</p>
            <p>
              <strong>{isSaid(line.what) ? t(`line-${line.what}`) : line.what}</strong>
              {names.get(line.member) && `: ${names.get(line.member)}`}
            </p>
            {line.valid_until && line.what === "granted" && (
              <p>{t(line.level === "limited" ? "sentenceLimited" : "sentenceFull", { what: line.sections?.length ? sectionsWords(line.sections) : t("whole"), until: day(line.valid_until) })}</p>
            )}
          </>
        )}
      </List>
    </Page>
  );
}
