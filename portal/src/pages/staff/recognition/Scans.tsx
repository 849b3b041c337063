/** Papers of a patient: brought as a scan, handed over to be read, and what became of each. */
import { useState } from "react";
import { Link, useLocation, useParams } from "wouter";
import { api } from "../../../api/client";
import { useChange, usePages, useRead } from "../../../api/queries";
import { typed } from "../../../api/typed";
import { useMe } from "../../../app/session";
import { inLanguage } from "../../../i18n";
import { dayAndTime } from "../../../i18n/dates";
import { kindOf, recordTitle, useKinds, useRecords, type CardRecord, type Kind } from "../../../records";
import { createRecord } from "../../../records/access";
import { bring, checked, NotAccepted } from "../../../records/form/upload";
import { Button, Card, Checkbox, Empty, FileField, Form, List, Notice, Page, ProblemBox, Radios, say, Section, Shown, Tag, useForm } from "../../../ui";
import { PatientName } from "../doctor/PatientName";
import type { Recognition, Settings, State } from "./shapes";
import { t } from "./words";

const DOCUMENTS = "attached-documents";
const AGAIN = 4000; // milliseconds between looks at what is being read
const TONES: Readonly<Record<State, "quiet" | "good" | "warn" | "bad">> = { waiting: "quiet", ready: "warn", failed: "bad", confirmed: "good", refused: "quiet" };

export const useSettings = () => useRead(["recognition-settings"], () => typed<Settings>(api.GET("/api/v1/recognition-settings")));

export default function Scans() {
  const { patientId = "" } = useParams();
  const settings = useSettings();
  const kinds = useKinds();
  return (
    <Page title={t("scans")} lead={<PatientName patientId={patientId} />} up={{ to: `/patients/${patientId}`, label: t("card") }} width="text">
      <p>{t("scansLead")}</p>
      <Shown of={settings}>
        {(found) =>
          found.available ? (
            <Shown of={kinds}>{(known) => <Readable settings={found} known={known} patientId={patientId} />}</Shown>
          ) : (
            <Notice tone="warn" title={t("missing")}>{t("missingWhy")}</Notice>
          )
        }
      </Shown>
    </Page>
  );
}

type Props = { settings: Settings; known: readonly Kind[]; patientId: string };

function Readable({ settings, known, patientId }: Props) {
  const { role } = useMe();
  const mine = settings.kinds.flatMap((name) => kindOf(known, name) ?? []).filter((kind) => kind.written_by.includes(role));
  const [chosen, choose] = useState(mine[0]?.name ?? "");
  const kind = kindOf(mine, chosen);
  const [outside, setOutside] = useState(false);
  const { connected, switched_on, title } = settings.handwriting;
  return (
    <>
      <Radios name="kind" label={t("asWhat")} value={chosen} onChange={choose} choices={mine.map(({ name, labels }) => ({ value: name, label: inLanguage(labels) }))} />
      {connected && switched_on && (
        <Checkbox name="handwriting" label={t("handwriting")} hint={t("handwritingHint", { title: inLanguage({ ru: "", en: "", ...title }) })} value={outside} onChange={setOutside} />
      )}
      {kind && (
        <>
          <Section title={t("newScan")}>
            <NewScan kind={kind} patientId={patientId} handwriting={outside} />
          </Section>
          <Section title={t("inCard")}>
            <InCard kind={kind} patientId={patientId} handwriting={outside} />
          </Section>
          <Section title={t("read")}>
            <Read key={kind.name} kind={kind} patientId={patientId} />
          </Section>
        </>
      )}
    </>
  );
}

type Of = { kind: Kind; patientId: string; handwriting: boolean };

/** Hands a scan of the card over; the key of the request is the client's. */
const handOver = ({ kind, patientId, handwriting }: Of, document: string, upload_id: string) =>
  typed<Recognition>(
    api.POST("/api/v1/recognitions/{patient_id}/{kind}", {
      params: { path: { patient_id: patientId, kind: kind.name } },
      body: { document, upload_id, handwriting },
    }),
  );

/** The file is brought, checked, and stands in the card as a document, before anything is read of it. */
async function brought(of: Of, file: File): Promise<Recognition> {
  const upload_id = await bring(file, of.patientId, DOCUMENTS);
  const state = await checked(upload_id, of.patientId, DOCUMENTS);
  if (state !== "clean") throw new NotClean(state === "waiting");
  const title = t("scanTitle", { kind: inLanguage(of.kind.labels) });
  const body = { occurred_at: new Date().toISOString(), title, category: of.kind.section === "results" ? "result" : "other", attachments: [{ upload_id, title }] };
  const { data } = await createRecord(of.patientId, DOCUMENTS, body, { "Idempotency-Key": upload_id });
  return (await handOver(of, data.id, upload_id)).data as Recognition;
}

class NotClean extends Error {
  constructor(readonly slow: boolean) {
    super("not clean");
  }
}

function NewScan(of: Of) {
  const [, go] = useLocation();
  const [fault, setFault] = useState("");
  const send = async (file: File | null): Promise<Recognition | null> => {
    setFault("");
    try {
      return file && (await brought(of, file));
    } catch (thrown) {
      if (thrown instanceof NotAccepted) setFault(t(thrown.why === "refused" ? "refusedFile" : thrown.why));
      else if (thrown instanceof NotClean) setFault(t(thrown.slow ? "slowFile" : "refusedFile"));
      else throw thrown;
      return null;
    }
  };
  const form = useForm({ file: null as File | null }, ({ file }) => send(file), {
    check: ({ file }) => ({ file: file ? "" : t("fileNeeded") }),
    done: (made) => {
      if (!made) return;
      say(t("given"));
      go(`/patients/${of.patientId}/scans/${made.kind}/${made.id}`);
    },
  });
  const field = form.field("file");
  return (
    <Card>
      <Form form={form} submit={t("recognise")}>
        <FileField {...field} error={field.error || fault} label={t("file")} hint={t("fileHint")} accept="application/pdf,image/jpeg,image/png" />
      </Form>
    </Card>
  );
}

type Attachment = { readonly upload_id: string; readonly title: string };
const filesOf = ({ body }: CardRecord): readonly Attachment[] => (Array.isArray(body["attachments"]) ? (body["attachments"] as Attachment[]) : []);

function InCard(of: Of) {
  const kinds = useKinds();
  const found = useRecords(of.patientId, DOCUMENTS);
  const documents = kindOf(kinds.data ?? [], DOCUMENTS);
  return (
    <List of={found} keyOf={({ id }) => id} label={t("inCard")} empty={<Empty title={t("noScans")}>{t("noScansWhy")}</Empty>}>
      {(record) => (
        <div className="stack-tight">
          <strong>{documents ? recordTitle(record, documents) : record.id}</strong>
          {filesOf(record).map((file) => (
            <OneFile key={file.upload_id} of={of} document={record.id} file={file} />
          ))}
        </div>
      )}
    </List>
  );
}

function OneFile({ of, document, file }: { of: Of; document: string; file: Attachment }) {
  const [, go] = useLocation();
  const handed = useChange(() => handOver(of, document, file.upload_id), [["recognition-list", of.patientId, of.kind.name]]);
  const done = (made: Recognition | undefined) => {
    say(t("given"));
    if (made) go(`/patients/${of.patientId}/scans/${made.kind}/${made.id}`);
  };
  return (
    <div className="row">
      <span>{file.title}</span>
      <Button kind="secondary" busy={handed.isPending} onPress={() => handed.mutate(undefined, { onSuccess: (made) => done(made as Recognition | undefined) })} label={t("recogniseOf", { title: file.title })}>
        {t("recognise")}
      </Button>
      {handed.error && <ProblemBox problem={handed.error} />}
    </div>
  );
}

function Read({ kind, patientId }: Pick<Of, "kind" | "patientId">) {
  const found = usePages<{ items: Recognition[]; next?: string }>(["recognition-list", patientId, kind.name], (query) =>
    typed<{ items: Recognition[]; next?: string }>(api.GET("/api/v1/recognitions/{patient_id}/{kind}", { params: { path: { patient_id: patientId, kind: kind.name }, query } })),
  );
  return (
    <List of={found} keyOf={({ id }) => id} label={t("ofKind")} empty={<Empty title={t("nothingRead")}>{t("nothingReadWhy")}</Empty>}>
      {(one) => (
        <div className="stack-tight">
          <div className="row-between">
            <Link href={`/patients/${patientId}/scans/${one.kind}/${one.id}`} className="scan-link">
              {dayAndTime(one.at)}
            </Link>
            <Tag tone={TONES[one.state]}>{t(`state-${one.state}`)}</Tag>
          </div>
          {one.fault && <p className="quiet">{one.fault.text}</p>}
        </div>
      )}
    </List>
  );
}

export { AGAIN };
