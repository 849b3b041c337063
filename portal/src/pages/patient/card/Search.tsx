/** Finding anything in the card by plain words. The words are sent in a body and stand in no address. */
import { useState } from "react";
import { useCardId } from "../../../app/session";
import { useKinds, type Kind } from "../../../records";
import { Button, Empty, List, Page, Shown, TextField, commonWords } from "../../../ui";
import { Filters } from "./Filters";
import { ANY, isAsked, useFinding, type Wanted } from "./finding";
import { takeOver } from "./handedWords";
import { HitItem } from "./Hits";
import { searchWords as t } from "./searchWords";
import { cardWords } from "./words";
import "../../../records/records.css";
import "./card.css";

export default function Search() {
  const kinds = useKinds();
  const [handed] = useState(takeOver);
  return (
    <Page title={t("title")} lead={t("lead")}>
      <Shown of={kinds}>{(known) => <Content kinds={known} first={handed ? { ...ANY, text: handed } : ANY} />}</Shown>
    </Page>
  );
}

/** What one would look for in a card; the rest is found without being offered as a filter. */
const OFFERED = ["visit", "examination-protocol", "laboratory-result", "imaging-study", "prescription", "allergy", "chronic-condition", "vaccination", "attached-document"];

function Content({ kinds, first }: { kinds: readonly Kind[]; first: Wanted }) {
  const cardId = useCardId();
  const { wanted, setWanted, asked, search, pages } = useFinding(cardId, [], first);
  const shown = pages.loading || !isAsked(asked) ? "" : cardWords(pages.more ? "shownOfMore" : "shown", { n: pages.items.length });
  return (
    <>
      <form
        role="search"
        className="search-field"
        onSubmit={(event) => {
          event.preventDefault();
          search({ ...wanted });
        }}
      >
        <TextField name="words" type="search" label={t("words")} hint={t("hint")} value={wanted.text} onChange={(text) => setWanted({ ...wanted, text })} maxLength={500} />
        <Button type="submit" busy={pages.loading}>
          {commonWords("search")}
        </Button>
      </form>
      <Filters wanted={wanted} onChange={setWanted} search={search} kinds={kinds} within={OFFERED} shown={shown} />
      {isAsked(asked) && (
        <List of={pages} keyOf={(hit) => hit.id} label={t("found")} empty={<Nothing />}>
          {(hit) => <HitItem hit={hit} kinds={kinds} named />}
        </List>
      )}
    </>
  );
}

function Nothing() {
  return (
    <Empty title={t("nothing")}>
      <ul>
        <li>{t("fewer")}</li>
        <li>{t("spelling")}</li>
        <li>{t("dates")}</li>
      </ul>
    </Empty>
  );
}
