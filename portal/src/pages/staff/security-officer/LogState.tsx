import "./officer.css";
import { Link } from "wouter";
import { api } from "../../../api/client";
import { useChange, useRead } from "../../../api/queries";
import { typed } from "../../../api/typed";
import { dayAndTime } from "../../../i18n/dates";
import { Button, Card, Empty, Facts, Form, More, Notice, Page, Section, Shown, TextField, useForm } from "../../../ui";
import { offer } from "../../../ui/download";
import { t } from "./logWords";

type Checkpoint = { year: number; origin: string; size: number; root: string; note: string; witnesses: { name: string; at: string }[] };
type Check = { versions: number; unreadable: number; findings: { finding_id: string; rule: string }[] };

/** Whether the log is whole, and whether a card is what the log says. */
export default function LogState() {
  const found = useRead(["audit-checkpoint"], () => typed<{ items: Checkpoint[] }>(api.GET("/api/v1/audit/checkpoint")));
  return (
    <Page title={t("logState")} lead={t("logStateLead")} width="text">
      <Section title={t("checkCard")}>
        <CheckCard />
      </Section>
      <Section title={t("checkpoints")} actions={<Button kind="secondary" onPress={() => void found.refetch()}>{t("refresh")}</Button>}>
        <Shown of={found}>
          {({ items }) => (items.length ? items.map((one) => <OneCheckpoint key={one.origin} one={one} />) : <Empty title={t("noCheckpoints")}>{t("noCheckpointsWhy")}</Empty>)}
        </Shown>
      </Section>
    </Page>
  );
}

function OneCheckpoint({ one }: { one: Checkpoint }) {
  return (
    <Card>
      <h3>{t("logOf", { year: String(one.year) })}</h3>
      <Facts facts={[[t("entries"), t("entriesN", { n: one.size })], ...one.witnesses.map(({ name, at }) => [t("witness", { name }), dayAndTime(at)] as const)]} />
      {!one.witnesses.length && <Notice tone="warn">{t("noWitness")}</Notice>}
      <More title={t("checkpointText")}>
        <div className="stack">
          <pre className="officer-text">{one.note}</pre>
          <div>
            <Button kind="secondary" onPress={() => offer(new Blob([one.note], { type: "text/plain" }), `checkpoint-${one.year}-${one.size}.txt`)}>
              {t("saveCheckpoint")}
            </Button>
          </div>
        </div>
      </More>
    </Card>
  );
}

function CheckCard() {
  const checked = useChange(async (patient_id: string) => (await typed<Check>(api.POST("/api/v1/audit/checks", { body: { patient_id } }))).data as Check);
  const form = useForm({ patient_id: "" }, ({ patient_id }) => checked.mutateAsync(patient_id.trim()), {
    check: ({ patient_id }) => ({ patient_id: patient_id.trim() ? "" : t("idNeeded") }),
  });
  return (
    <Card>
      <p>{t("checkCardWhy")}</p>
      <Form form={form} submit={t("check")}>
        <TextField {...form.field("patient_id")} label={t("searchPatient")} hint={t("patientSees")} required />
      </Form>
      {checked.data && <Checked check={checked.data} />}
    </Card>
  );
}

function Checked({ check }: { check: Check }) {
  const { findings, versions, unreadable } = check;
  return (
    <Notice tone={findings.length ? "bad" : "good"} live title={findings.length ? t("differs", { n: findings.length }) : t("same")}>
      <p>{t("compared", { n: versions })}</p>
      {unreadable > 0 && <p>{t("notOpened", { n: unreadable })}</p>}
      {findings.length > 0 && (
        <ul>
          {findings.map((one) => (
            <li key={one.finding_id}>
              <Link href={`/findings/${one.finding_id}`}>{t("toFinding")}</Link>
            </li>
          ))}
        </ul>
      )}
    </Notice>
  );
}
