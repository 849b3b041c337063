import { useParams } from "wouter";
import { Page } from "../../../ui";
import { Periods } from "./Periods";
import { t } from "./words";

/** For an administrator of the installation, who chose an organisation. */
export default function OfOrganisation() {
  const { organisationId = "" } = useParams();
  return (
    <Page title={t("periods")} lead={t("lead")} up={{ to: "/bulletins", label: t("title") }} width="text">
      <Periods organisationId={organisationId} />
    </Page>
  );
}
