import { api } from "../../../api/client";
import { useChange, useRead } from "../../../api/queries";
import { typed } from "../../../api/typed";
import { day } from "../../../i18n/dates";
import { Button, Card, Empty, Facts, FileField, Form, Page, ProblemBox, say, Section, Shown, useForm } from "../../../ui";
import { derOf } from "../../../api/base64";
import { pem } from "../certificates";
import { t } from "./words";

type Certificate = { state: "none" | "active" | "withdrawn"; name?: string; serial?: string; valid_from?: string; valid_until?: string; requested?: unknown };
const KEY = ["signing-certificate-read"];

/** The certificate that a doctor's documents are signed with. Its key stays in the key service and never comes here. */
export default function Signing() {
  const found = useRead(KEY, () => typed<Certificate>(api.GET("/api/v1/me/signing-certificate")));
  return (
    <Page title={t("signing")} lead={t("signingLead")} width="text">
      <Shown of={found}>{(certificate) => (certificate.state === "active" ? <InUse certificate={certificate} /> : <Empty title={t("noCertificate")}>{t("noCertificateWhy")}</Empty>)}</Shown>
      <Section title={t("requestCertificate")}>
        <Requested />
      </Section>
      <Section title={t("putCertificate")}>
        <Put />
      </Section>
    </Page>
  );
}

function InUse({ certificate }: { certificate: Certificate }) {
  const withdrawn = useChange(() => api.DELETE("/api/v1/me/signing-certificate"), [KEY]);
  return (
    <Card tone="good">
      <Facts
        facts={[
          [t("subject"), certificate.name],
          ["№", certificate.serial],
          [t("validTo"), day(certificate.valid_until)],
        ]}
      />
      {withdrawn.error && <ProblemBox problem={withdrawn.error} />}
      <div>
        <Button kind="danger" busy={withdrawn.isPending} onPress={() => withdrawn.mutate()}>
          {t("withdrawCertificate")}
        </Button>
      </div>
    </Card>
  );
}

function Requested() {
  const made = useChange(async () => (await typed<{ request: string }>(api.POST("/api/v1/me/signing-certificate/requests", { body: { algorithm: "ecdsa-p256" } }))).data, [KEY]);
  return (
    <div className="stack">
      {made.error && <ProblemBox problem={made.error} />}
      {made.data && (
        <Card>
          <h3>{t("requestShown")}</h3>
          <pre>{pem(made.data.request)}</pre>
        </Card>
      )}
      <div>
        <Button kind="secondary" busy={made.isPending} onPress={() => made.mutate()}>
          {t("requestCertificate")}
        </Button>
      </div>
    </div>
  );
}

function Put() {
  const put = useChange(async (file: File) => api.PUT("/api/v1/me/signing-certificate", { body: { certificate: await derOf(file), chain: [], ocsp: [] } }), [KEY]);
  const form = useForm({ certificate: null as File | null }, ({ certificate }) => put.mutateAsync(certificate as File), {
    check: ({ certificate }) => ({ certificate: certificate ? "" : t("certificateNeeded") }),
    done: () => say(t("saved")),
  });
  return (
    <Card>
      <Form form={form} submit={t("putCertificate")} kind="secondary">
        <FileField {...form.field("certificate")} label={t("certificate")} hint={t("certificateHint")} accept=".cer,.crt,.pem,.der" />
      </Form>
    </Card>
  );
}
