import type { ReactNode } from "react";
import { inLanguage } from "../../../i18n";
import { day } from "../../../i18n/dates";
import { kindOf, useKinds, type Kind } from "../../../records";
import { sectionName } from "../../../records/sections";
import { useChange } from "../../../api/queries";
import { Button, ButtonLink, Card, Empty, More, Notice, ProblemBox, say } from "../../../ui";
import { MarkForm } from "./MarkForm";
import { listOf, marked } from "./reading";
import type { Marked, Need, Needs, Unjudged } from "./shapes";
import { t } from "./words";

type RecordPlace = (kind: Kind, recordId: string) => string;

type Props = {
  needs: Needs;
  patientId: string;
  /** Where a record of the card is shown. */
  to: RecordPlace;
  /** Whether a visit is booked from here: then it is a page of its own, and no part of one. */
  book?: boolean;
  /** Whether marks are put here. */
  marks?: boolean;
};

/** What is due with its reason and source, what a mark silences, what could not be judged: "not judged" is not "nothing due". */
export function NeedList({ needs, patientId, to, book = false, marks = true }: Props) {
  const none = needs.items.length === 0;
  const heading = book ? "h2" : "h3";
  return (
    <div className="stack-wide">
      <Notice
        title={none ? undefined : t("count", { n: needs.items.length })}
        actions={
          book && !none ? (
            <ButtonLink to="/appointments/new" kind="primary">
              {t("book")}
            </ButtonLink>
          ) : undefined
        }
      >
        {needs.meaning}
      </Notice>
      {none && <Empty title={t(needs.not_judged.length ? "noneJudged" : "none")}>{t("noneWhy")}</Empty>}
      {needs.items.map((need) => (
        <One key={need.id} need={need} to={to} heading={heading}>
          {marks && <MarkForm need={need} patientId={patientId} version={needs.version} />}
        </One>
      ))}
      {needs.not_judged.length > 0 && <NotJudged rules={needs.not_judged} heading={heading} />}
      {needs.marked.length > 0 && (
        <More title={t("marked", { n: needs.marked.length })}>
          <div className="stack">
            {needs.marked.map((need) => (
              <One key={need.id} need={need} to={to} heading={heading}>
                <TakeBack need={need} patientId={patientId} version={needs.version} marks={marks} />
              </One>
            ))}
          </div>
        </More>
      )}
    </div>
  );
}

type Heading = "h2" | "h3";
type OneProps = { need: Need; to: RecordPlace; heading: Heading; children: ReactNode };

function One({ need, to, heading: Title, children }: OneProps) {
  const kinds = useKinds().data ?? [];
  return (
    <Card as="article" label={need.what}>
      <Title>{need.what}</Title>
      <p>{need.reason}</p>
      {need.records.length > 0 && (
        <div className="row">
          {need.records.map((one) => {
            const kind = kindOf(kinds, one.kind);
            return (
              kind && (
                <ButtonLink key={one.record} to={to(kind, one.record)} kind="plain">
                  {t("record", { kind: inLanguage(kind.labels), day: day(one.on) })}
                </ButtonLink>
              )
            );
          })}
        </div>
      )}
      <More title={t("source")}>
        <p>{need.source.name}</p>
        <p className="quiet">{t("says", { words: need.source.says })}</p>
        <p className="quiet">{t("own", { words: need.source.own })}</p>
      </More>
      {children}
    </Card>
  );
}

function TakeBack({ need, patientId, version, marks }: { need: Marked; patientId: string; version: number; marks: boolean }) {
  const change = useChange(() => marked(patientId, version, { need: need.id, mark: null }), [listOf(patientId)]);
  const { mark } = need;
  return (
    <div className="stack">
      <p>
        {t(mark.mark === "done-elsewhere" ? "saidDone" : "saidNot", { day: day(mark.on), who: t(`by-${mark.by}`) })}{" "}
        {mark.until && t("until", { day: day(mark.until) })}
      </p>
      {change.error && <ProblemBox problem={change.error} />}
      {marks && (
        <div className="row">
          <Button
            kind="plain"
            busy={change.isPending}
            label={`${t("takeBack")}: ${need.what}`}
            onPress={() => change.mutate(undefined, { onSuccess: () => say(t("takenBack")) })}
          >
            {t("takeBack")}
          </Button>
        </div>
      )}
    </div>
  );
}

function NotJudged({ rules, heading: Title }: { rules: Unjudged[]; heading: Heading }) {
  const closed = rules.filter((rule) => rule.why === "section-closed");
  const names = [...new Set(closed.flatMap((rule) => rule.sections))].sort();
  const what = (why: Unjudged["why"]) => [...new Set(rules.filter((rule) => rule.why === why).map((rule) => rule.what))];
  const whys = (["section-closed", "person-unknown", "more-records"] as const).filter((why) => what(why).length);
  return (
    <section className="stack">
      <Title>{t("notJudged")}</Title>
      <Notice tone="warn" title={t("notJudgedWhy")}>
        {whys.map((why) => (
          <p key={why}>
            {t(why, { sections: names.map((name) => inLanguage(sectionName(name))).join(", ") })} {what(why).join("; ")}.
          </p>
        ))}
      </Notice>
    </section>
  );
}
