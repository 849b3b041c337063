import { useState } from "react";
import { useParams } from "wouter";
import { api } from "../../../api/client";
import { usePages } from "../../../api/queries";
import { asProblem, type Problem } from "../../../api/problems";
import { typed } from "../../../api/typed";
import { useQueryClient } from "@tanstack/react-query";
import { dayAndTime } from "../../../i18n/dates";
import { bringTo, checkedBy, NotAccepted, type Upload } from "../../../records/form/upload";
import { Button, Card, Empty, FileField, List, Page, ProblemBox, say, Section, Tag } from "../../../ui";
import { PaperConsent } from "./PaperConsent";
import type { Paged } from "./shapes";
import { p } from "./patientWords";

export type Paper = Upload & { at: string; type: string };
const KEY = "paper-upload-list";
const TONES: Record<string, "good" | "bad" | "info"> = { clean: "good", refused: "bad" };

/** Scans of papers that a patient without an account signed, and the consent that rests on them. */
export default function Papers() {
  const { patientId = "" } = useParams();
  const path = { patient_id: patientId };
  const pages = usePages([KEY, patientId], (query) => typed<Paged<Paper>>(api.GET("/api/v1/patients/{patient_id}/uploads", { params: { path, query } })));
  return (
    <Page title={p("papers")} lead={p("papersLead")} up={{ to: `/clinic-patients/${patientId}`, label: p("patientOf", { id: patientId.slice(0, 6) }) }} width="text">
      <Section title={p("addScan")}>
        <AddScan patientId={patientId} />
      </Section>
      <Section title={p("scans")}>
        <List of={pages} label={p("scans")} keyOf={(one) => one.upload_id} empty={<Empty title={p("noPapers")}>{p("noPapersWhy")}</Empty>}>
          {(one) => (
            <div className="row-between">
              <span>{p("scanOf", { at: dayAndTime(one.at) })}</span>
              <Tag tone={TONES[one.state] ?? "info"}>{p(one.state === "clean" ? "scanClean" : one.state === "refused" ? "scanRefused" : "scanWaiting")}</Tag>
            </div>
          )}
        </List>
      </Section>
      <Consent patientId={patientId} papers={pages.items.filter(({ state }) => state === "clean")} />
    </Page>
  );
}

function Consent({ patientId, papers }: { patientId: string; papers: readonly Paper[] }) {
  return (
    <Section title={p("paperConsent")}>
      <p>{p("paperConsentWhy")}</p>
      {papers.length ? <PaperConsent patientId={patientId} papers={papers} /> : <p>{p("scanFirst")}</p>}
    </Section>
  );
}

function AddScan({ patientId }: { patientId: string }) {
  const queries = useQueryClient();
  const [chosen, setChosen] = useState<File | null>(null);
  const [fault, setFault] = useState("");
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const send = async (file: File) => {
    setBusy(true);
    setProblem(null);
    try {
      const id = await bringTo(`/api/v1/patients/${patientId}/uploads`, file);
      const state = await checkedBy(() => lookAt(patientId, id));
      setChosen(null);
      say(p(state === "clean" ? "scanTaken" : state === "refused" ? "scanRefused" : "scanWaiting"));
    } catch (thrown) {
      if (thrown instanceof NotAccepted) setFault(p(thrown.why === "tooLarge" ? "tooLarge" : "wrongType"));
      else setProblem(asProblem(thrown));
    }
    await queries.invalidateQueries({ queryKey: [KEY, patientId] });
    setBusy(false);
  };
  return (
    <Card>
      {problem && <ProblemBox problem={problem} />}
      <FileField
        name="scan"
        label={p("scan")}
        hint={p("scanHint")}
        accept="application/pdf,image/jpeg,image/png"
        value={chosen}
        error={fault}
        onChange={(file) => {
          setFault("");
          setChosen(file);
        }}
      />
      <div>
        <Button busy={busy} onPress={() => (chosen ? void send(chosen) : setFault(p("scanNeeded")))}>
          {p("sendScan")}
        </Button>
      </div>
    </Card>
  );
}

async function lookAt(patientId: string, id: string): Promise<Upload | undefined> {
  const params = { path: { patient_id: patientId }, query: { limit: 20 } };
  const { data } = await typed<Paged<Paper>>(api.GET("/api/v1/patients/{patient_id}/uploads", { params }));
  return data?.items.find(({ upload_id }) => upload_id === id);
}
