import { Link } from "wouter";
import { api } from "../../../api/client";
import { useChange } from "../../../api/queries";
import { day } from "../../../i18n/dates";
import { Button, Card, Empty, Facts, More, Page, ProblemBox, say, Section, Shown, Tag } from "../../../ui";
import { inDays } from "./figures";
import { PROPOSALS, useProposals } from "./reading";
import type { Decision, Proposal, Proposals as Found } from "./shapes";
import { t } from "./words";

const LONG = 48; // hours that are told as days

/** What the figures say about schedules; each with its reason, and a person's word on it. */
export default function Proposals() {
  const found = useProposals();
  const lead = found.data && t("proposalsLead", { from: day(found.data.from), to: day(found.data.to) });
  return (
    <Page title={t("proposals")} lead={lead} up={{ to: "/load", label: t("title") }}>
      <Shown of={found}>
        {(all) => (
          <>
            {all.items.length ? (
              <ul className="plain-list stack" aria-label={t("proposals")}>
                {all.items.map((one) => (
                  <One key={one.id} proposal={one} />
                ))}
              </ul>
            ) : (
              <Empty title={t("none")}>{t("noneWhy")}</Empty>
            )}
            <TooLittle all={all} />
          </>
        )}
      </Shown>
    </Page>
  );
}

const partWords = (part: string) => (part === "morning" || part === "afternoon" || part === "evening" ? t(part) : "");

function One({ proposal }: { proposal: Proposal }) {
  const { doctor, position, department, decision, kind, to_part: to, from_part: from } = proposal;
  return (
    <Card as="li" tone={decision ? undefined : "accent"}>
      <div className="row-between">
        <h2>{doctor}</h2>
        {decision && <Tag tone={decision.decision === "accepted" ? "good" : "quiet"}>{t(decision.decision)}</Tag>}
      </div>
      <p className="quiet">{[position, department].filter(Boolean).join(", ")}</p>
      <p>
        <strong>{t(`kind-${kind}`, { n: Math.abs(proposal.slots), from: partWords(from), to: partWords(to) })}</strong>
      </p>
      <h3>{t("why")}</h3>
      <Facts facts={reasons(proposal)} />
      <h3>{t("effect")}</h3>
      <Facts facts={effects(proposal)} />
      <More title={t("model")}>
        <p>{t("modelText")}</p>
      </More>
      <p className="row">
        {proposal.schedules.map((id, n) => (
          <Link key={id} href={`/schedules/${id}`} aria-label={`${t("schedule", { n: n + 1 })}: ${doctor}`}>
            {t("schedule", { n: n + 1 })}
          </Link>
        ))}
      </p>
      <Said proposal={proposal} />
    </Card>
  );
}

function Said({ proposal }: { proposal: Proposal }) {
  const path = { proposal_id: proposal.id };
  const decide = useChange((decision: Decision["decision"]) => api.PUT("/api/v1/load/proposals/{proposal_id}/decision", { params: { path }, body: { decision } }), [PROPOSALS]);
  const said = proposal.decision;
  const press = (decision: Decision["decision"]) => decide.mutate(decision, { onSuccess: () => say(t(decision === "accepted" ? "saidAccepted" : "saidDismissed")) });
  return (
    <>
      {said && <p className="quiet">{t("decidedAt", { when: day(said.at) })}</p>}
      <div className="row no-print">
        {said?.decision !== "accepted" && (
          <Button kind={said ? "secondary" : "primary"} busy={decide.isPending} onPress={() => press("accepted")}>
            {t("accept")}
          </Button>
        )}
        {said?.decision !== "dismissed" && (
          <Button kind="secondary" busy={decide.isPending} onPress={() => press("dismissed")}>
            {t("dismiss")}
          </Button>
        )}
      </div>
      {decide.error && <ProblemBox problem={decide.error} />}
    </>
  );
}

type Fact = readonly [name: string, value: string];

const percent = (value: number | null | undefined) => (value === null || value === undefined ? "" : t("percent", { n: value }));

function reasons({ reason, to_part: to, from_part: from }: Proposal): Fact[] {
  const { use_percent: use, slots_used: used, slots_offered: offered, weeks, wait_hours: wait } = reason;
  return [
    [t("use"), t("useOf", { percent: use ?? 0, used: used ?? 0, offered: offered ?? 0, weeks: weeks ?? 0 })],
    [t("partUse", { part: partWords(to) }), percent(reason.to_percent)],
    [t("partUse", { part: partWords(from) }), percent(reason.from_percent)],
    [t("wait"), typeof wait === "number" ? lasting(wait) : ""],
    [t("missed"), percent(reason.no_show_percent)],
  ];
}

function effects({ effect, to_part: to, from_part: from }: Proposal): Fact[] {
  const modelled = "model_wait_hours" in effect;
  const words = (hours: number | null | undefined) => (typeof hours === "number" ? lasting(hours) : t("endless"));
  return [
    [t("useAfter"), percent(effect.use_percent)],
    [t("partUse", { part: partWords(to) }), percent(effect.to_percent)],
    [t("partUse", { part: partWords(from) }), percent(effect.from_percent)],
    [t("modelWait"), modelled ? t("modelFromTo", { before: words(effect.model_wait_hours_before), after: words(effect.model_wait_hours) }) : ""],
  ];
}

const lasting = (hours: number) => (hours < LONG ? t("hoursOf", { n: hours }) : t("daysOf", { n: inDays(hours) }));

function TooLittle({ all }: { all: Found }) {
  if (!all.too_little.length) return null;
  return (
    <Section title={t("tooLittle")}>
      <p>{t("tooLittleWhy", { weeks: all.least.weeks, slots: all.least.slots_offered })}</p>
      <ul>
        {all.too_little.map((one) => (
          <li key={one.member_id}>{t("tooLittleOf", { name: one.doctor, weeks: one.weeks, slots: one.slots_offered })}</li>
        ))}
      </ul>
    </Section>
  );
}
