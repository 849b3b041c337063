import { Link } from "wouter";
import { api } from "../../../api/client";
import { usePages } from "../../../api/queries";
import { typed } from "../../../api/typed";
import { useMe } from "../../../app/session";
import { Empty, List, Page } from "../../../ui";
import { Periods } from "./Periods";
import { t } from "./words";

type Organisation = { organisation_id: string; name: string };

const SYSTEM = "system"; // who administers the installation reads the reports of each; others those of their own

export default function Bulletins() {
  const own = useMe().acting.organisation_id ?? "";
  return (
    <Page title={t("title")} lead={t("lead")} width="text">
      {own === SYSTEM ? <Organisations /> : <Periods organisationId={own} />}
    </Page>
  );
}

function Organisations() {
  const pages = usePages(["organisation-list"], (query) => typed<{ items: Organisation[]; next?: string }>(api.GET("/api/v1/organisations", { params: { query } })));
  return (
    <>
      <p>{t("choose")}</p>
      <List of={pages} label={t("choose")} keyOf={(one) => one.organisation_id} empty={<Empty title={t("noOrganisations")} />}>
        {(one) => (
          <Link href={`/bulletins/${one.organisation_id}`}>
            <strong>{one.name}</strong>
          </Link>
        )}
      </List>
    </>
  );
}
