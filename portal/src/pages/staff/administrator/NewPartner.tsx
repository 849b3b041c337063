import { useState } from "react";
import { api } from "../../../api/client";
import { useChange, usePages } from "../../../api/queries";
import { typed } from "../../../api/typed";
import { useMe } from "../../../app/session";
import { Button, ButtonLink, Card, Checkboxes, Facts, Form, Notice, Page, ProblemBox, Select, TextArea, TextField, useForm } from "../../../ui";
import { jwksOf, keysFault } from "./jwks";
import { t } from "./systemWords";

/** What each kind of partner may be given by a word; types of resource are given in a line of their own. */
const WORDS = {
  pharmacy: ["prescription.verify", "prescription.dispense", "pharmacy-order.write"],
  laboratory: ["card.read", "hl7.write", "files.write"],
  insurer: ["card.read", "policy.verify", "payment.write"],
  "clinical-system": ["card.read", "scheduling.read", "scheduling.write", "hl7.write", "files.write", "transfer.read", "transfer.write"],
  analytics: ["aggregates.read"],
} as const;
type Kind = keyof typeof WORDS;
type Made = { client_id: string };

const EMPTY = { name: "", role: "pharmacy" as Kind, organisation_id: "", jwks: "", scopes: [] as readonly string[], types: "" };

export default function NewPartner() {
  const [made, setMade] = useState<Made | null>(null);
  const registered = useChange(
    async ({ name, role, organisation_id, jwks, scopes, types }: typeof EMPTY) => {
      const body = { name: name.trim(), role, organisation_id, jwks: jwksOf(jwks), scopes: [...scopes, ...types.split(/\s+/).filter(Boolean)] };
      return (await typed<Made>(api.POST("/api/v1/partners", { body }))).data as Made;
    },
    [["partner-list"]],
  );
  const form = useForm(EMPTY, (values) => registered.mutateAsync(values), {
    check: ({ name, organisation_id, jwks, scopes, types }) => ({
      name: name.trim() ? "" : t("nameNeeded"),
      organisation_id: organisation_id ? "" : t("organisationNeeded"),
      jwks: keysFault(jwks),
      scopes: scopes.length || types.trim() ? "" : t("scopesNeeded"),
    }),
    done: (answer) => setMade(answer as Made),
  });
  return (
    <Page title={t("newPartner")} up={{ to: "/partners", label: t("partners") }} width="text">
      {made ? (
        <Registered made={made} />
      ) : (
        <Card>
          <p>{t("newPartnerWhy")}</p>
          <Form form={form} submit={t("register")}>
            <TextField {...form.field("name")} label={t("partnerName")} required maxLength={200} />
            <Organisation value={form.values.organisation_id} error={form.errors["organisation_id"] ?? ""} onChange={(organisation_id) => form.set({ organisation_id })} />
            <Select {...form.field("role")} onChange={(role) => form.set({ role: role as Kind, scopes: [] })} label={t("partnerKind")} choices={(Object.keys(WORDS) as Kind[]).map((value) => ({ value, label: t(`partner-${value}`) }))} />
            <Checkboxes {...form.field("scopes")} label={t("allowed")} choices={WORDS[form.values.role].map((value) => ({ value, label: t(`scope-${value}`), hint: value }))} />
            {form.values.role !== "analytics" && <TextField {...form.field("types")} label={t("types")} hint={t("typesHint")} optional />}
            <TextArea {...form.field("jwks")} label={t("publicKeys")} hint={t("publicKeysHint")} rows={8} />
          </Form>
        </Card>
      )}
    </Page>
  );
}

/** What the partner needs to begin; nothing of it is secret, for the private key never left the partner. */
function Registered({ made }: { made: Made }) {
  return (
    <>
      <Notice tone="good" live title={t("registered")}>
        {t("registeredNext")}
      </Notice>
      <Card>
        <Facts facts={[[t("clientId"), made.client_id], [t("tokenAddress"), `${location.origin}/api/v1/oauth/token`]]} />
      </Card>
      <div>
        <ButtonLink to="/partners">{t("toPartners")}</ButtonLink>
      </div>
    </>
  );
}

type OrganisationProps = { value: string; error: string; onChange: (id: string) => void };

/** An administrator of one organisation registers its own partners alone. */
function Organisation(props: OrganisationProps) {
  const own = useMe().acting.organisation_id ?? "";
  if (own === "system") return <AnyOrganisation {...props} />;
  return <Select name="organisation_id" label={t("partnerOf")} {...props} empty={t("choose")} choices={[{ value: own, label: t("ownOrganisation") }]} />;
}

function AnyOrganisation(props: OrganisationProps) {
  const pages = usePages(["organisation-list", "choice"], (query) => typed<{ items: { organisation_id: string; name: string }[]; next?: string }>(api.GET("/api/v1/organisations", { params: { query } })), { limit: 100 });
  return (
    <>
      <Select name="organisation_id" label={t("partnerOf")} {...props} empty={t("choose")} choices={pages.items.map((one) => ({ value: one.organisation_id, label: one.name }))} />
      {pages.problem && <ProblemBox problem={pages.problem} retry={pages.again} />}
      {pages.more && (
        <div>
          <Button kind="plain" busy={pages.loadingMore} onPress={pages.readMore}>
            {t("moreOrganisations")}
          </Button>
        </div>
      )}
    </>
  );
}
