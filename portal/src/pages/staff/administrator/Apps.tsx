import { useState } from "react";
import { api } from "../../../api/client";
import { useChange, usePages } from "../../../api/queries";
import { typed } from "../../../api/typed";
import { currentLanguage } from "../../../i18n";
import { day } from "../../../i18n/dates";
import { Button, Card, Confirm, Empty, Facts, Form, List, More, Notice, Page, ProblemBox, say, Tag, TextArea, TextField, useForm } from "../../../ui";
import { jwksOf, keysFault } from "./jwks";
import { t } from "./systemWords";

type App = { client_id: string; name_ru: string; name_en: string; kind: "public" | "confidential"; redirect_uris: string[]; scopes: string[]; terms: string; state: "active" | "revoked"; created_at: string };
const KEY = ["app-list"];

export default function Apps() {
  const [ending, setEnding] = useState<App | null>(null);
  const pages = usePages(KEY, (query) => typed<{ items: App[]; next?: string }>(api.GET("/api/v1/apps", { params: { query } })));
  return (
    <Page title={t("apps")} lead={t("appsLead")}>
      <More title={t("addApp")}>
        <Register />
      </More>
      <List of={pages} label={t("apps")} keyOf={(one) => one.client_id} empty={<Empty title={t("noApps")}>{t("noAppsWhy")}</Empty>}>
        {(one) => (
          <>
            <div className="row-between">
              <strong>{nameOf(one)}</strong>
              <Tag tone={one.state === "active" ? "good" : "quiet"}>{t(`registration-${one.state}`)}</Tag>
            </div>
            <p className="quiet">{t("appSince", { kind: t(`app-${one.kind}`), when: day(one.created_at) })}</p>
            <More title={t("details")}>
              <Facts facts={[[t("clientId"), one.client_id], [t("scopes"), one.scopes.join(", ")], [t("returns"), one.redirect_uris.join(", ")], [t("terms"), one.terms]]} />
            </More>
            {one.state === "active" && (
              <div>
                <Button kind="secondary" label={`${t("shutOut")}: ${nameOf(one)}`} onPress={() => setEnding(one)}>
                  {t("shutOut")}
                </Button>
              </div>
            )}
          </>
        )}
      </List>
      <End app={ending} close={() => setEnding(null)} />
    </Page>
  );
}

const nameOf = (app: App): string => (currentLanguage() === "ru" ? app.name_ru : app.name_en);

function End({ app, close }: { app: App | null; close: () => void }) {
  const ended = useChange((client_id: string) => api.DELETE("/api/v1/apps/{client_id}", { params: { path: { client_id } } }), [KEY]);
  const end = () =>
    app &&
    ended.mutate(app.client_id, {
      onSuccess: () => {
        say(t("isShutOut"));
        close();
      },
    });
  return (
    <Confirm title={t("shutOutSure", { name: app ? nameOf(app) : "" })} yes={t("shutOut")} danger open={app !== null} busy={ended.isPending} onYes={() => void end()} onClose={close}>
      <p>{t("appOutWhat")}</p>
      {ended.error && <ProblemBox problem={ended.error} />}
    </Confirm>
  );
}

const EMPTY = { name_ru: "", name_en: "", redirect_uris: "", scopes: "launch/patient openid fhirUser patient/*.rs", terms: "", jwks: "" };
const wordsOf = (text: string): string[] => text.split(/\s+/).filter(Boolean);

function Register() {
  const [made, setMade] = useState("");
  const registered = useChange(async (values: typeof EMPTY) => {
    const body = { name_ru: values.name_ru.trim(), name_en: values.name_en.trim(), redirect_uris: wordsOf(values.redirect_uris), scopes: wordsOf(values.scopes), terms: values.terms.trim(), jwks: values.jwks.trim() ? jwksOf(values.jwks) : null };
    return (await typed<App>(api.POST("/api/v1/apps", { body }))).data as App;
  }, [KEY]);
  const form = useForm(EMPTY, (values) => registered.mutateAsync(values), {
    check: ({ name_ru, name_en, redirect_uris, scopes, terms, jwks }) => ({
      name_ru: name_ru.trim() ? "" : t("nameNeeded"),
      name_en: name_en.trim() ? "" : t("nameNeeded"),
      redirect_uris: wordsOf(redirect_uris).length ? "" : t("returnsNeeded"),
      scopes: wordsOf(scopes).length ? "" : t("scopesNeeded"),
      terms: /^https:\/\/\S+$/.test(terms.trim()) ? "" : t("termsNeeded"),
      jwks: jwks.trim() ? keysFault(jwks) : "",
    }),
    done: (answer) => {
      setMade((answer as App).client_id);
      form.set(EMPTY);
      say(t("added"));
    },
  });
  return (
    <Card>
      {made && (
        <Notice tone="good" live title={t("registered")}>
          {t("clientId")}: <code>{made}</code>
        </Notice>
      )}
      <Form form={form} submit={t("register")}>
        <TextField {...form.field("name_ru")} label={t("nameRu")} required maxLength={80} />
        <TextField {...form.field("name_en")} label={t("nameEn")} required maxLength={80} />
        <TextArea {...form.field("redirect_uris")} label={t("returns")} hint={t("returnsHint")} rows={3} />
        <TextField {...form.field("scopes")} label={t("scopes")} hint={t("appScopesHint")} required />
        <TextField {...form.field("terms")} label={t("terms")} hint={t("termsHint")} required />
        <TextArea {...form.field("jwks")} label={t("publicKeys")} hint={t("appKeysHint")} optional rows={4} />
      </Form>
    </Card>
  );
}
