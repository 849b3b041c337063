/** Documents of the card, and the files that one brought. */
import { useRef } from "react";
import { useCardId, useMe } from "../../../../app/session";
import { kindOf, useKinds, type Kind } from "../../../../records";
import { ButtonLink, Empty, List, Page, Section, Shown } from "../../../../ui";
import { Filters } from "../Filters";
import { useFinding } from "../finding";
import { HitItem } from "../Hits";
import { SectionPdf } from "../SectionPdf";
import { cardWords } from "../words";
import { MyFiles } from "./MyFiles";
import { documentWords as t } from "./words";
import "../../../../records/records.css";

const KINDS = ["attached-document", "received-documents"];

export default function Documents() {
  const kinds = useKinds();
  return (
    <Page
      title={t("title")}
      lead={t("lead")}
      actions={
        <>
          <ButtonLink to="/documents/new" kind="primary">
            {t("add")}
          </ButtonLink>
          <ButtonLink to="/exports">{t("copies")}</ButtonLink>
        </>
      }
    >
      <Shown of={kinds}>{(known) => <Content kinds={known} />}</Shown>
      <MyFiles />
    </Page>
  );
}

function Content({ kinds }: { kinds: readonly Kind[] }) {
  const cardId = useCardId();
  const { role } = useMe();
  const { wanted, setWanted, search, pages } = useFinding(cardId, KINDS);
  const useful = useRef(false);
  useful.current ||= pages.items.length > 0;
  const shown = pages.loading ? "" : cardWords(pages.more ? "shownOfMore" : "shown", { n: pages.items.length });
  const mayAdd = kindOf(kinds, "attached-document")?.written_by.includes(role);
  return (
    <Section title={t("inCard")}>
      {useful.current && <Filters wanted={wanted} onChange={setWanted} search={search} kinds={kinds} within={KINDS} shown={shown} />}
      <List of={pages} keyOf={(hit) => hit.id} label={t("inCard")} empty={<Empty title={cardWords("nothing")}>{mayAdd && t("empty")}</Empty>}>
        {(hit) => <HitItem hit={hit} kinds={kinds} named />}
      </List>
      <SectionPdf sections={["documents"]} title={t("title")} />
    </Section>
  );
}
