/** One section of the card: its records, filters that stand open, its PDF, and what one may add. */
import { useRef } from "react";
import { useMe, useCardId } from "../../../app/session";
import { inLanguage } from "../../../i18n";
import { kindOf, useKinds, type Kind } from "../../../records";
import { ButtonLink, Empty, List, Page, Shown } from "../../../ui";
import { Filters } from "./Filters";
import { useFinding, type Wanted } from "./finding";
import { HitItem } from "./Hits";
import { SectionPdf } from "./SectionPdf";
import type { CardSection } from "./sections";
import { cardWords as t } from "./words";
import "../../../records/records.css";

export function sectionPage(section: CardSection) {
  return function SectionPage() {
    const kinds = useKinds();
    return <Shown of={kinds}>{(known) => <Content section={section} kinds={known} />}</Shown>;
  };
}

function Content({ section, kinds }: { section: CardSection; kinds: readonly Kind[] }) {
  const cardId = useCardId();
  const { wanted, setWanted, asked, search, pages } = useFinding(cardId, section.kinds);
  const useful = useRef(false); // an empty section needs no filters; they stay once they were of use
  useful.current ||= pages.items.length > 0;
  const shown = pages.loading ? "" : t(pages.more ? "shownOfMore" : "shown", { n: pages.items.length });
  return (
    <Page title={inLanguage(section.title)} lead={inLanguage(section.lead)} actions={<Adding section={section} kinds={kinds} />}>
      {useful.current && <Filters wanted={wanted} onChange={setWanted} search={search} kinds={kinds} within={section.kinds} shown={shown} />}
      <List of={pages} keyOf={(hit) => hit.id} label={inLanguage(section.title)} empty={<Nothing section={section} asked={asked} />}>
        {(hit) => <HitItem hit={hit} kinds={kinds} named={section.kinds.length > 1} />}
      </List>
      <SectionPdf sections={section.exported} title={inLanguage(section.title)} />
    </Page>
  );
}

/** What one may enter here by oneself. */
function Adding({ section, kinds }: { section: CardSection; kinds: readonly Kind[] }) {
  const { role } = useMe();
  const own = section.kinds.flatMap((name) => kindOf(kinds, name) ?? []).filter((kind) => kind.written_by.includes(role) && kind.name !== "visit-form");
  return own.map((kind) => (
    <ButtonLink key={kind.name} to={`/records/${kind.collection}/new`}>
      {t("add", { kind: inLanguage(kind.labels).toLowerCase() })}
    </ButtonLink>
  ));
}

function Nothing({ section, asked }: { section: CardSection; asked: Wanted }) {
  const filtered = Boolean(asked.doctor || asked.from || asked.to || asked.kinds.length);
  if (filtered) return <Empty title={t("nothingFiltered")}>{t("nothingFilteredWhy")}</Empty>;
  return <Empty title={t("nothing")}>{inLanguage(section.empty)}</Empty>;
}
