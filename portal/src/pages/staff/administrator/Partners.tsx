import { useState } from "react";
import { api } from "../../../api/client";
import { useChange, usePages } from "../../../api/queries";
import { ifMatch, typed } from "../../../api/typed";
import { day } from "../../../i18n/dates";
import { Button, ButtonLink, Checkbox, Confirm, Dialog, Empty, Facts, Form, List, More, Page, ProblemBox, say, Tag, TextArea, useForm } from "../../../ui";
import { jwksOf, keysFault } from "./jwks";
import { t } from "./systemWords";

type Partner = {
  client_id: string;
  organisation_id: string;
  name: string;
  role: "pharmacy" | "laboratory" | "insurer" | "clinical-system" | "analytics";
  state: "active" | "revoked";
  scopes: string[];
  created_at: string;
  dpop_required: boolean;
  keys: { kid: string; use: "sig" | "enc" }[];
  version: number;
};
const KEY = ["partner-list"];

export default function Partners() {
  const [ending, setEnding] = useState<Partner | null>(null);
  const [renewing, setRenewing] = useState<Partner | null>(null);
  const pages = usePages(KEY, (query) => typed<{ items: Partner[]; next?: string }>(api.GET("/api/v1/partners", { params: { query } })));
  return (
    <Page title={t("partners")} lead={t("partnersLead")} actions={<ButtonLink to="/partners/new" kind="primary">{t("addPartner")}</ButtonLink>}>
      <List of={pages} label={t("partners")} keyOf={(one) => one.client_id} empty={<Empty title={t("noPartners")}>{t("noPartnersWhy")}</Empty>}>
        {(one) => <One partner={one} end={() => setEnding(one)} renew={() => setRenewing(one)} />}
      </List>
      <End partner={ending} close={() => setEnding(null)} />
      <Dialog title={t("replaceKeys")} open={renewing !== null} onClose={() => setRenewing(null)} wide>
        {renewing && <Renew partner={renewing} close={() => setRenewing(null)} />}
      </Dialog>
    </Page>
  );
}

function One({ partner, end, renew }: { partner: Partner; end: () => void; renew: () => void }) {
  const active = partner.state === "active";
  return (
    <>
      <div className="row-between">
        <strong>{partner.name}</strong>
        <Tag tone={active ? "good" : "quiet"}>{t(`registration-${partner.state}`)}</Tag>
      </div>
      <p>{t("partnerSince", { role: t(`partner-${partner.role}`), when: day(partner.created_at) })}</p>
      <More title={t("details")}>
        <Facts
          facts={[
            [t("clientId"), partner.client_id],
            [t("organisationId"), partner.organisation_id],
            [t("scopes"), partner.scopes.join(", ")],
            [t("keys"), partner.keys.map(({ kid, use }) => `${kid} (${t(`use-${use}`)})`).join(", ")],
            [t("bound"), t(partner.dpop_required ? "boundYes" : "boundNo")],
          ]}
        />
      </More>
      {active && (
        <div className="row">
          <Button kind="secondary" label={`${t("replaceKeys")}: ${partner.name}`} onPress={renew}>
            {t("replaceKeys")}
          </Button>
          <Button kind="plain" label={`${t("shutOut")}: ${partner.name}`} onPress={end}>
            {t("shutOut")}
          </Button>
        </div>
      )}
    </>
  );
}

function End({ partner, close }: { partner: Partner | null; close: () => void }) {
  const ended = useChange((client_id: string) => api.DELETE("/api/v1/partners/{client_id}", { params: { path: { client_id } } }), [KEY]);
  const end = () =>
    partner &&
    ended.mutate(partner.client_id, {
      onSuccess: () => {
        say(t("isShutOut"));
        close();
      },
    });
  return (
    <Confirm title={t("shutOutSure", { name: partner?.name ?? "" })} yes={t("shutOut")} danger open={partner !== null} busy={ended.isPending} onYes={() => void end()} onClose={close}>
      <p>{t("shutOutWhat")}</p>
      {ended.error && <ProblemBox problem={ended.error} />}
    </Confirm>
  );
}

function Renew({ partner, close }: { partner: Partner; close: () => void }) {
  const path = { client_id: partner.client_id };
  const replaced = useChange(
    (body: { jwks: { keys: Record<string, unknown>[] }; at_once: boolean }) => api.PUT("/api/v1/partners/{client_id}/keys", { params: { path }, body, headers: ifMatch(partner.version) }),
    [KEY],
  );
  const form = useForm({ jwks: "", lost: false }, ({ jwks, lost }) => replaced.mutateAsync({ jwks: jwksOf(jwks), at_once: lost }), {
    check: ({ jwks }) => ({ jwks: keysFault(jwks) }),
    done: () => {
      say(t("keysReplaced"));
      close();
    },
  });
  return (
    <Form form={form} submit={t("replaceKeys")}>
      <p>{t("replaceKeysWhat", { name: partner.name })}</p>
      <TextArea {...form.field("jwks")} label={t("publicKeys")} hint={t("publicKeysHint")} rows={8} />
      <Checkbox {...form.field("lost")} label={t("keyLost")} hint={t("keyLostHint")} />
    </Form>
  );
}
