import { useState } from "react";
import { asProblem, type Problem } from "../../../../api/problems";
import { useChange, usePages } from "../../../../api/queries";
import { dayAndTime } from "../../../../i18n/dates";
import { ask } from "../../../../records";
import { Button, Confirm, Download, Empty, List, More, ProblemBox, Section, Tag } from "../../../../ui";
import { AddSignature } from "./AddSignature";
import { faultWords, sizeWords, type MyFile } from "./files";
import { documentWords as t } from "./words";

const PATH = "/api/v1/me/uploads";
export const MY_FILES = ["upload-list"] as const;

/** Files that one brought: what the check said, whose signature they bear, and where they hang. */
export function MyFiles() {
  const files = usePages<{ items: MyFile[]; next?: string }>(MY_FILES, (query) => ask(PATH, { query }));
  return (
    <Section title={t("myFiles")}>
      <p className="page-lead">{t("myFilesWhy")}</p>
      <List of={files} keyOf={(file) => file.upload_id} label={t("myFiles")} empty={<Empty title={t("noFiles")} />}>
        {(file) => <One file={file} />}
      </List>
    </Section>
  );
}

function One({ file }: { file: MyFile }) {
  const clean = file.state === "clean";
  return (
    <>
      <p className="record-title">{t(file.type === "application/pdf" ? "pdfFile" : "pictureFile", { size: sizeWords(file.size) })}</p>
      <p className="record-when">{dayAndTime(file.at)}</p>
      <p className="row">
        <State file={file} />
        {file.attached && <Tag>{t("attached")}</Tag>}
        {file.signature && <Tag tone={file.signature.state === "valid" ? "good" : "warn"}>{t(`signature-${file.signature.state}`)}</Tag>}
      </p>
      {file.state === "refused" && <p>{faultWords(file.fault)}</p>}
      {file.signature?.signer?.name && <p>{t("signedBy", { name: file.signature.signer.name })}</p>}
      <div className="row">
        {clean && <Download path={`${PATH}/${file.upload_id}`} accept="application/octet-stream" title={t("take")} kind="plain" />}
        {!file.attached && file.state !== "waiting" && <Remove id={file.upload_id} />}
      </div>
      {clean && !file.signature && (
        <More title={t("addSignature")}>
          <AddSignature uploadId={file.upload_id} />
        </More>
      )}
    </>
  );
}

function State({ file }: { file: MyFile }) {
  if (file.state === "refused") return <Tag tone="bad">{t("refused")}</Tag>;
  if (file.state !== "clean") return <Tag tone="info">{t("checking")}</Tag>;
  return <Tag tone={file.virus_scan === "not-scanned" ? "quiet" : "good"}>{t(file.virus_scan === "not-scanned" ? "checkedForm" : "checked")}</Tag>;
}

function Remove({ id }: { id: string }) {
  const [asked, setAsked] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const remove = useChange(() => ask(`${PATH}/${id}`, { method: "DELETE" }), [[...MY_FILES]]);
  const go = () => remove.mutateAsync().then(() => setAsked(false)).catch((thrown: unknown) => setProblem(asProblem(thrown)));
  return (
    <>
      <Button kind="plain" onPress={() => setAsked(true)}>
        {t("remove")}
      </Button>
      <Confirm title={t("removeTitle")} open={asked} danger yes={t("remove")} busy={remove.isPending} onYes={() => void go()} onClose={() => setAsked(false)}>
        {problem ? <ProblemBox problem={problem} /> : t("removeWhy")}
      </Confirm>
    </>
  );
}
