import { Link } from "wouter";
import { api } from "../../../api/client";
import { usePages } from "../../../api/queries";
import { typed } from "../../../api/typed";
import { dayAndTime } from "../../../i18n/dates";
import { Empty, List, Page } from "../../../ui";
import type { Paged, QueuedApplication } from "./shapes";
import { t } from "./words";

export default function Applications() {
  const pages = usePages(["application-list"], (query) => typed<Paged<QueuedApplication>>(api.GET("/api/v1/applications", { params: { query } })));
  return (
    <Page title={t("applications")} lead={t("oldestFirst")} up={{ to: "/", label: t("work") }}>
      <List of={pages} label={t("applications")} keyOf={(one) => one.application_id} empty={<Empty title={t("noApplications")}>{t("noApplicationsWhy")}</Empty>}>
        {(one) => <Link href={`/applications/${one.patient_id}/${one.application_id}`}>{t("applicationOf", { at: dayAndTime(one.submitted_at) })}</Link>}
      </List>
    </Page>
  );
}
