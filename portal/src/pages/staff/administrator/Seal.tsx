import { useState } from "react";
import { api } from "../../../api/client";
import { useChange, useRead } from "../../../api/queries";
import { typed } from "../../../api/typed";
import { day, dayAndTime } from "../../../i18n/dates";
import { Button, Card, Confirm, Empty, Facts, FileField, Form, ProblemBox, Radios, say, Section, Shown, useForm } from "../../../ui";
import { offer } from "../../../ui/download";
import { derOf } from "../../../api/base64";
import { pem } from "../certificates";
import { t } from "./words";
import "./administrator.css";

type Certificate = { state: "none" | "active" | "withdrawn"; name?: string; serial?: string; valid_from?: string; valid_until?: string; requested?: { requested_at: string } };
type Owner = { organisationId: string };
const key = (organisationId: string) => ["seal-certificate-read", organisationId];

/** The certificate by which the organisation seals its documents. Its key stays in the key service. */
export function Seal({ organisationId }: Owner) {
  const path = { organisation_id: organisationId };
  const found = useRead(key(organisationId), () => typed<Certificate>(api.GET("/api/v1/organisations/{organisation_id}/seal-certificate", { params: { path } })));
  return (
    <div className="stack-wide">
      <p>{t("sealWhy")}</p>
      <Shown of={found}>
        {(certificate) => (
          <>
            {certificate.state === "active" ? <InUse certificate={certificate} organisationId={organisationId} /> : <Empty title={t("noSeal")}>{t("noSealWhy")}</Empty>}
            <Section title={t("sealRequest")}>
              {certificate.requested && <p className="quiet">{t("requestedAt", { when: dayAndTime(certificate.requested.requested_at) })}</p>}
              <Requested organisationId={organisationId} />
            </Section>
          </>
        )}
      </Shown>
      <Section title={t("sealPut")}>
        <Put organisationId={organisationId} />
      </Section>
    </div>
  );
}

function InUse({ certificate, organisationId }: Owner & { certificate: Certificate }) {
  const [asked, setAsked] = useState(false);
  const path = { organisation_id: organisationId };
  const withdrawn = useChange(() => api.DELETE("/api/v1/organisations/{organisation_id}/seal-certificate", { params: { path } }), [key(organisationId)]);
  return (
    <Card tone="good">
      <Facts facts={[[t("issuedTo"), certificate.name], [t("serial"), certificate.serial], [t("validFrom"), day(certificate.valid_from)], [t("validUntil"), day(certificate.valid_until)]]} />
      {withdrawn.error && <ProblemBox problem={withdrawn.error} />}
      <div>
        <Button kind="danger" onPress={() => setAsked(true)}>
          {t("withdraw")}
        </Button>
      </div>
      <Confirm title={t("withdrawSure")} yes={t("withdraw")} danger open={asked} busy={withdrawn.isPending} onYes={() => withdrawn.mutate(undefined, { onSettled: () => setAsked(false) })} onClose={() => setAsked(false)}>
        {t("withdrawWhat")}
      </Confirm>
    </Card>
  );
}

const ALGORITHMS = ["ecdsa-p256", "rsa-2048"] as const;
type Algorithm = (typeof ALGORITHMS)[number];

function Requested({ organisationId }: Owner) {
  const path = { organisation_id: organisationId };
  const made = useChange(
    async (algorithm: Algorithm) => (await typed<{ request: string }>(api.POST("/api/v1/organisations/{organisation_id}/seal-certificate/requests", { params: { path }, body: { algorithm } }))).data,
    [key(organisationId)],
  );
  const form = useForm({ algorithm: "ecdsa-p256" as Algorithm }, ({ algorithm }) => made.mutateAsync(algorithm));
  return (
    <Card>
      <Form form={form} submit={t("makeRequest")} kind="secondary">
        <Radios {...form.field("algorithm")} onChange={(algorithm) => form.set({ algorithm: algorithm as Algorithm })} label={t("algorithm")} choices={ALGORITHMS.map((value) => ({ value, label: t(`algorithm-${value}`) }))} />
      </Form>
      {made.data && (
        <div className="stack">
          <h3>{t("requestText")}</h3>
          <pre className="administrator-text">{pem(made.data.request)}</pre>
          <div>
            <Button kind="secondary" onPress={() => made.data && offer(new Blob([pem(made.data.request), "\n"]), "request.csr")}>
              {t("saveRequest")}
            </Button>
          </div>
        </div>
      )}
    </Card>
  );
}

function Put({ organisationId }: Owner) {
  const path = { organisation_id: organisationId };
  const put = useChange(
    async ({ certificate, authority }: { certificate: File; authority: File | null }) =>
      api.PUT("/api/v1/organisations/{organisation_id}/seal-certificate", { params: { path }, body: { certificate: await derOf(certificate), chain: authority ? [await derOf(authority)] : [], ocsp: [] } }),
    [key(organisationId)],
  );
  const form = useForm({ certificate: null as File | null, chain: null as File | null }, ({ certificate, chain }) => put.mutateAsync({ certificate: certificate as File, authority: chain }), {
    check: ({ certificate }) => ({ certificate: certificate ? "" : t("certificateNeeded") }),
    done: () => say(t("sealInUse")),
  });
  return (
    <Card>
      <Form form={form} submit={t("sealUse")} kind="secondary">
        <FileField {...form.field("certificate")} label={t("certificate")} hint={t("certificateHint")} accept=".cer,.crt,.pem,.der" />
        <FileField {...form.field("chain")} label={t("authority")} hint={t("authorityHint")} optional accept=".cer,.crt,.pem,.der" />
      </Form>
    </Card>
  );
}
