import { useParams, useSearchParams } from "wouter";
import { useMe } from "../../../app/session";
import { Page, Tabs } from "../../../ui";
import { Desk } from "./Desk";
import { Seal } from "./Seal";
import { Staff } from "./Staff";
import { Stamp } from "./Stamp";
import { t } from "./words";

const VIEWS = { staff: Staff, seal: Seal, stamp: Stamp, desk: Desk } as const;
type View = keyof typeof VIEWS;

export default function OneOrganisation() {
  const { organisationId = "" } = useParams();
  return <OrganisationPage organisationId={organisationId} />;
}

/** All about one organisation; each view is read when it is chosen. */
export function OrganisationPage({ organisationId }: { organisationId: string }) {
  const [query, setQuery] = useSearchParams();
  const system = useMe().acting.organisation_id === "system";
  const wanted = query.get("view") as View;
  const chosen: View = wanted in VIEWS ? wanted : "staff";
  const tabs = (Object.keys(VIEWS) as View[]).map((id) => {
    const Content = VIEWS[id];
    return { id, title: t(`view-${id}`), content: <Content organisationId={organisationId} /> };
  });
  return (
    <Page title={t("organisation")} lead={t("organisationNumber", { id: organisationId })} {...(system ? { up: { to: "/", label: t("organisations") } } : {})}>
      <Tabs tabs={tabs} chosen={chosen} onChoose={(view) => setQuery({ view }, { replace: true })} label={t("organisation")} />
    </Page>
  );
}
