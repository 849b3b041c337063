/** What matters now: what is new, where to go next, what to take, and who looked. Two questions to the API. */
import { useCardId, useMe } from "../../../app/session";
import { day } from "../../../i18n/dates";
import { Page, ProblemBox, Shown } from "../../../ui";
import { NoCard } from "./NoCard";
import { Essentials, Medicines, News, NextVisit } from "./OverviewParts";
import { overviewWords as t } from "./overviewWords";
import { SearchField } from "./SearchField";
import { useStart, type Overview as Facts, type Start } from "./start";
import { WhoLooked } from "./WhoLooked";
import "./card.css";

const WITH_CARD = 2; // the level of identity from which a card opens
const NO_CARD = new Set(["card-state", "card-not-active", "assurance-level"]);

export default function Overview() {
  const { level, role } = useMe();
  const opened = role !== "patient" || level >= WITH_CARD;
  const start = useStart({ wanted: opened });
  if (!opened || NO_CARD.has(start.error?.code ?? "")) return <NoCard />;
  if (start.error && !start.data) {
    return (
      <Page title={t("title")}>
        <ProblemBox problem={start.error} retry={() => void start.refetch()} />
      </Page>
    );
  }
  return <Shown of={start}>{(data) => <Content start={data} />}</Shown>;
}

const named = ({ last_name: last, first_name: first, middle_name: middle }: Facts["person"]) => [last, first, middle].filter(Boolean).join(" ");

function Content({ start }: { start: Start }) {
  const { role } = useMe();
  const cardId = useCardId();
  const { person } = start.overview;
  const own = role === "patient";
  return (
    <Page title={t("title")} lead={t(own ? "own" : "ward", { name: named(person), born: day(person.birth_date) })}>
      <SearchField />
      <div className="overview">
        <div className="stack">
          {own && <News notices={start.notices} unread={start.unread} />}
          {own && <NextVisit appointments={start.appointments} />}
          <Medicines prescriptions={start.overview.current_medication} intakes={start.overview.current_intake} />
        </div>
        <div className="stack">
          <Essentials overview={start.overview} />
          {own && <WhoLooked cardId={cardId} />}
        </div>
      </div>
    </Page>
  );
}
