/** The application for a card: who one is, the policy, scans, consent. */
import { useState } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { useRead } from "../../../api/queries";
import { useMe } from "../../../app/session";
import { currentLanguage } from "../../../i18n";
import { ask } from "../../../records";
import { ButtonLink, Card, Checkbox, Form, More, Notice, Page, say, Shown, TextField, useForm } from "../../../ui";
import { activationWords as t } from "./activationWords";
import { cardStateKey, type CardState } from "./cardState";
import { Confirming } from "./Confirming";
import { Submitted } from "./NoCard";
import { Scans } from "./Scans";
import "./card.css";

type Text = { language: string; text: string; sha256: string };
type Consent = { version: string; texts: Text[] };

export default function Activation() {
  const state = useRead(cardStateKey, () => ask<CardState>("/api/v1/me/card"));
  const consent = useRead(["text", "card-consent"], () => ask<Consent>("/api/v1/texts/card-consent"));
  return (
    <Page title={t("title")} lead={t("lead")} up={{ to: "/", label: t("home") }} width="text">
      <Shown of={state}>
        {({ card, application }) => {
          if (card === "active") return <Notice tone="good" title={t("opened")} actions={<ButtonLink to="/">{t("home")}</ButtonLink>} />;
          if (application?.state === "submitted") return <Submitted at={application.at} />;
          return <Shown of={consent}>{(text) => <Application consent={text} />}</Shown>;
        }}
      </Shown>
    </Page>
  );
}

function Application({ consent }: { consent: Consent }) {
  const { profile } = useMe();
  const queries = useQueryClient();
  const [policy, setPolicy] = useState<readonly string[]>([]);
  const [identity, setIdentity] = useState<readonly string[]>([]);
  const text = consent.texts.find(({ language }) => language === currentLanguage()) ?? consent.texts[0];
  const form = useForm(
    {
      last_name: profile["last_name"] ?? "",
      first_name: profile["first_name"] ?? "",
      middle_name: profile["middle_name"] ?? "",
      oms_policy: "",
      passport_series: profile["passport_series"] ?? "",
      passport_number: profile["passport_number"] ?? "",
      phone: profile["phone"] ?? "",
      documents: "",
      consent_given: false,
    },
    ({ documents: _, ...values }, headers) =>
      ask("/api/v1/me/card-application", {
        method: "POST",
        headers,
        body: { ...values, documents: { policy, identity }, consent_text_version: consent.version, consent_text_sha256: text?.sha256 },
      }),
    {
      check: (values) => ({
        oms_policy: values.oms_policy.replace(/\D/g, "").length === 16 ? "" : t("policyNeeded"),
        documents: policy.length && identity.length ? "" : t("scansNeeded"),
        consent_given: values.consent_given ? "" : t("consentNeeded"),
      }),
      done: () => {
        say(t("sent"));
        void queries.invalidateQueries({ queryKey: cardStateKey });
      },
    },
  );
  return (
    <>
      <Card>
        <Form form={form} submit={t("send")}>
          <TextField {...form.field("last_name")} label={t("lastName")} autoComplete="family-name" required />
          <TextField {...form.field("first_name")} label={t("firstName")} autoComplete="given-name" required />
          <TextField {...form.field("middle_name")} label={t("middleName")} autoComplete="additional-name" optional />
          <TextField {...form.field("passport_series")} label={t("series")} inputMode="numeric" width="short" required />
          <TextField {...form.field("passport_number")} label={t("number")} inputMode="numeric" width="short" required />
          <TextField {...form.field("phone")} label={t("phone")} type="tel" autoComplete="tel" width="middle" required />
          <TextField {...form.field("oms_policy")} label={t("policy")} hint={t("policyHint")} inputMode="numeric" width="middle" required />
          {form.errors["documents"] && <p className="field-error">{form.errors["documents"]}</p>}
          <Scans label={t("policyScan")} ids={policy} onChange={setPolicy} />
          <Scans label={t("identityScan")} ids={identity} onChange={setIdentity} />
          {text && (
            <More title={t("consentText")}>
              <p className="consent-text">{text.text}</p>
            </More>
          )}
          <Checkbox {...form.field("consent_given")} label={t("consent")} />
        </Form>
      </Card>
      <Confirming />
    </>
  );
}
