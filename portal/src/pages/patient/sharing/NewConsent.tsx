import { useLocation } from "wouter";
import { api } from "../../../api/client";
import { useChange, usePages } from "../../../api/queries";
import { typed } from "../../../api/typed";
import { Card, Form, Notice, Page, say, Select, TextField, useForm, type FormState } from "../../../ui";
import { ConsentTerms, sentTerms, termsFault, termsOf, type Terms } from "./ConsentTerms";
import { t } from "./words";

type Organisation = { organisation_id: string; name: string };
type Values = Terms & { organisation_id: string; staff_number: string };

/** Opening the card of one's own accord, to a doctor whose number one has from the clinic. */
export default function NewConsent() {
  const [, go] = useLocation();
  const organisations = usePages(["directory-organisations"], (query) => typed<{ items: Organisation[]; next?: string }>(api.GET("/api/v1/directory/organisations", { params: { query } })), { limit: 100 });
  const given = useChange(({ organisation_id, staff_number, ...terms }: Values) => api.POST("/api/v1/me/consents", { body: { organisation_id, staff_number: staff_number.trim(), ...sentTerms(terms) } }), [["consent-list"]]);
  const form = useForm<Values>({ ...termsOf({ level: "limited", sections: [], purpose: "treatment" }), organisation_id: "", staff_number: "" }, (values) => given.mutateAsync(values), {
    check: (values) => ({
      organisation_id: values.organisation_id ? "" : t("organisationNeeded"),
      staff_number: values.staff_number.trim() ? "" : t("numberNeeded"),
      sections: termsFault(values),
    }),
    done: () => {
      say(t("given"));
      go("/access");
    },
  });
  return (
    <Page title={t("openTo")} up={{ to: "/access", label: t("title") }} width="text">
      <Notice>{t("openToWhy")}</Notice>
      <Card>
        <Form form={form} submit={t("give")}>
          <Select {...form.field("organisation_id")} label={t("organisation")} empty={t("choose")} choices={organisations.items.map(({ organisation_id, name }) => ({ value: organisation_id, label: name }))} />
          <TextField {...form.field("staff_number")} label={t("number")} hint={t("numberHint")} width="middle" required />
          <ConsentTerms form={form as unknown as FormState<Terms>} />
        </Form>
      </Card>
    </Page>
  );
}
