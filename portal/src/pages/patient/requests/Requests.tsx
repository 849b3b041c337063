import { Link } from "wouter";
import { useCardId, useMe } from "../../../app/session";
import { day } from "../../../i18n/dates";
import { ButtonLink, Empty, List, Page, Section, Tag } from "../../../ui";
import { AskedOfMe } from "./AskedOfMe";
import { kindTitle } from "./fieldWords";
import { useCases } from "./reading";
import { TONES } from "./said";
import type { Case } from "./shapes";
import { t } from "./words";

/** What others ask of me comes first: they wait. */
export default function Requests() {
  const { role } = useMe();
  const cardId = useCardId();
  const pages = useCases();
  return (
    <Page
      title={t("title")}
      lead={t("lead")}
      actions={
        <ButtonLink to="/requests/new" kind="primary">
          {t("new")}
        </ButtonLink>
      }
    >
      {role === "patient" && <AskedOfMe key={cardId} />}
      <Section title={t("mine")}>
        <List
          of={pages}
          label={t("mine")}
          keyOf={(one) => one.case_id}
          empty={<Empty title={t("none")}>{t("noneWhy")}</Empty>}
        >
          {(one) => <Line request={one} />}
        </List>
      </Section>
      {role === "patient" && (
        <p>
          <Link href="/requests/card">{t("more")}</Link>
        </p>
      )}
    </Page>
  );
}

function Line({ request }: { request: Case }) {
  return (
    <>
      <div className="row-between">
        <h3>
          <Link href={`/requests/${request.case_id}`}>{kindTitle(request.kind)}</Link>
        </h3>
        <Tag tone={TONES[request.state]}>{t(`state-${request.state}`)}</Tag>
      </div>
      <p className="quiet">
        {t("filed", { day: day(request.filed_at) })}
        {request.open && request.due && ` · ${t("dueBy", { day: day(request.due) })}`}
      </p>
      <p>{request.overdue ? t("overdue") : t(`next-${request.state}`)}</p>
    </>
  );
}
