import { useParams } from "wouter";
import { useMe } from "../../../app/session";
import { ButtonLink, Empty, Notice, Page, Shown } from "../../../ui";
import { CaseForm } from "./CaseForm";
import { FILED, FOR_WARDS, kindLead, kindTitle } from "./fieldWords";
import { useKinds } from "./reading";
import type { CaseKind } from "./shapes";
import { t } from "./words";

export default function NewRequest() {
  const { kind = "" } = useParams();
  const { role } = useMe();
  const offered = FILED.some((one) => one === kind) && (role === "patient" || FOR_WARDS.includes(kind));
  const kinds = useKinds({ wanted: offered });
  const up = { to: "/requests/new", label: t("new") };
  if (!offered) return <Unknown />;
  return (
    <Page title={kindTitle(kind)} lead={kindLead(kind)} up={up} width="text">
      <Shown of={kinds}>
        {({ items }) => {
          const found = items.find((one) => one.kind === kind);
          return found && <Filing kind={found} />;
        }}
      </Shown>
    </Page>
  );
}

function Filing({ kind }: { kind: CaseKind }) {
  const { level } = useMe();
  if (level < kind.level) {
    return (
      <Notice tone="warn" title={t("notConfirmed")} actions={<ButtonLink to="/activation">{t("confirm")}</ButtonLink>}>
        {t("notConfirmedWhy")}
      </Notice>
    );
  }
  return (
    <>
      {kind.term_days !== null && <p>{t("term", { n: kind.term_days })}</p>}
      <CaseForm kind={kind} />
    </>
  );
}

function Unknown() {
  return (
    <Page title={t("new")} up={{ to: "/requests", label: t("up") }} width="text">
      <Empty title={t("unknownKind")}>
        <p>{t("unknownKindWhy")}</p>
        <ButtonLink to="/requests/new">{t("toKinds")}</ButtonLink>
      </Empty>
    </Page>
  );
}
