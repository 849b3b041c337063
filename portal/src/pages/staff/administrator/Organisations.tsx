import { Link } from "wouter";
import { api } from "../../../api/client";
import { useChange, usePages } from "../../../api/queries";
import { typed } from "../../../api/typed";
import { useMe } from "../../../app/session";
import { Card, Empty, Form, List, More, Page, say, TextField, useForm } from "../../../ui";
import { OrganisationPage } from "./OneOrganisation";
import { t } from "./words";

type Organisation = { organisation_id: string; name: string; oid: string };

const SYSTEM = "system"; // who administers the installation; others administer their own organisation alone

export default function Organisations() {
  const own = useMe().acting.organisation_id ?? "";
  return own === SYSTEM ? <AllOfThem /> : <OrganisationPage organisationId={own} />;
}

function AllOfThem() {
  const pages = usePages(["organisation-list"], (query) => typed<{ items: Organisation[]; next?: string }>(api.GET("/api/v1/organisations", { params: { query } })));
  return (
    <Page title={t("organisations")} lead={t("organisationsLead")}>
      <More title={t("addOrganisation")}>
        <Create />
      </More>
      <List of={pages} label={t("organisations")} keyOf={(one) => one.organisation_id} empty={<Empty title={t("noOrganisations")}>{t("noOrganisationsWhy")}</Empty>}>
        {(one) => (
          <div className="row-between">
            <Link href={`/organisations/${one.organisation_id}`}>
              <strong>{one.name}</strong>
            </Link>
            {one.oid && <span className="quiet">{t("oidIs", { oid: one.oid })}</span>}
          </div>
        )}
      </List>
    </Page>
  );
}

function Create() {
  const created = useChange((body: { name: string; oid: string }) => api.POST("/api/v1/organisations", { body }), [["organisation-list"]]);
  const form = useForm({ name: "", oid: "" }, ({ name, oid }) => created.mutateAsync({ name: name.trim(), oid: oid.trim() }), {
    check: ({ name, oid }) => ({ name: name.trim().length > 1 ? "" : t("nameNeeded"), oid: /^\d+(\.\d+)+$/.test(oid.trim()) ? "" : t("oidWrong") }),
    done: () => {
      say(t("added"));
      form.set({ name: "", oid: "" });
    },
  });
  return (
    <Card>
      <Form form={form} submit={t("add")}>
        <TextField {...form.field("name")} label={t("organisationName")} required maxLength={200} />
        <TextField {...form.field("oid")} label={t("oid")} hint={t("oidHint")} required />
      </Form>
    </Card>
  );
}
