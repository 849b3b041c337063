import { useState } from "react";
import { useMe } from "../../../app/session";
import { dayAndTime } from "../../../i18n/dates";
import { ButtonLink, Card, Empty, List, Notice, Page, Section, Select, Button, ProblemBox, Tag } from "../../../ui";
import { Entry } from "./Entry";
import { NotMine } from "./NotMine";
import { useEmergencies, useJournal } from "./reading";
import { NO_FILTER, type Emergency, type Filter, type Line } from "./shapes";
import { t } from "./words";

const WHO = ["others", "doctor", "nurse", "registrar", "representative", "pharmacy", "laboratory", "recipient", "all"] as const;
const PERIODS = ["all", "week", "month", "year"] as const;
const KINDS = ["all", "emergency", "denied"] as const;

export default function Journal() {
  const { role } = useMe();
  const [filter, setFilter] = useState<Filter>(NO_FILTER);
  const [doubted, setDoubted] = useState<Line | null>(null);
  const pages = useJournal(filter);
  const changed = JSON.stringify(filter) !== JSON.stringify(NO_FILTER);
  return (
    <Page
      title={t("title")}
      lead={t("lead")}
      actions={role === "patient" && <ButtonLink to="/journal/proof">{t("prove")}</ButtonLink>}
    >
      <Emergencies />
      <Filters filter={filter} change={(some) => setFilter({ ...filter, ...some })} reset={changed ? () => setFilter(NO_FILTER) : undefined} />
      <Section title={t("list")}>
        <List
          of={pages}
          keyOf={(line) => line.id}
          label={t("list")}
          empty={<Empty title={t(changed ? "nothingFound" : "none")}>{t(changed ? "nothingFoundHow" : "noneHow")}</Empty>}
        >
          {(line) => <Entry line={line} doubt={() => setDoubted(line)} only={(person) => setFilter({ ...filter, person })} />}
        </List>
      </Section>
      <NotMine line={doubted} close={() => setDoubted(null)} />
    </Page>
  );
}

/** On top whatever else was chosen: nobody had agreed to these. */
function Emergencies() {
  const found = useEmergencies();
  if (found.error) return <ProblemBox problem={found.error} retry={() => void found.refetch()} />;
  if (!found.data?.items.length) return null;
  return (
    <Section title={t("emergencies")}>
      {found.data.items.map((one) => (
        <EmergencyCard key={one.id} one={one} />
      ))}
    </Section>
  );
}

function EmergencyCard({ one }: { one: Emergency }) {
  return (
    <Card tone="bad" as="article" label={`${t("emergencies")}: ${one.name}`}>
      <div className="row-between">
        <h3>{one.name}</h3>
        <Tag tone={one.state === "unjustified" ? "bad" : one.state === "justified" ? "good" : "warn"}>{t(`review-${one.state}`)}</Tag>
      </div>
      <p>{dayAndTime(one.at)}</p>
      <p>
        {t(one.reason)}
        {one.words && `: ${one.words}`}
      </p>
      <p className="quiet">{t("uses", { n: one.uses })}</p>
      {one.decision && <p>{t("decision", { text: one.decision })}</p>}
    </Card>
  );
}

type FiltersProps = { filter: Filter; change: (some: Partial<Filter>) => void; reset: (() => void) | undefined };

/** Open and applied at once: filters that were folded away were not found, and not cleared. */
function Filters({ filter, change, reset }: FiltersProps) {
  const choices = <T extends string>(of: readonly T[], prefix: "who" | "period" | "kind") =>
    of.map((value) => ({ value, label: t(`${prefix}-${value}` as Parameters<typeof t>[0]) }));
  return (
    <div className="stack" role="search" aria-label={t("filters")}>
      <div className="row">
        <Select name="who" label={t("who")} value={filter.who} choices={choices(WHO, "who")} onChange={(who) => change({ who: who as Filter["who"] })} />
        <Select
          name="period"
          label={t("period")}
          value={filter.period}
          choices={choices(PERIODS, "period")}
          onChange={(period) => change({ period: period as Filter["period"] })}
        />
        <Select name="kind" label={t("kind")} value={filter.kind} choices={choices(KINDS, "kind")} onChange={(kind) => change({ kind: kind as Filter["kind"] })} />
      </div>
      {filter.person && <Notice>{t("onlyPerson", { name: filter.person.name })}</Notice>}
      {reset && (
        <div>
          <Button kind="secondary" onPress={reset}>
            {t("reset")}
          </Button>
        </div>
      )}
    </div>
  );
}
