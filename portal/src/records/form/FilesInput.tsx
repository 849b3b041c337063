import { useState } from "react";
import { asProblem, type Problem } from "../../api/problems";
import { Button, FileField, ProblemBox, TextField } from "../../ui";
import type { Attachment } from "../Files";
import { useRecordFormContext } from "./context";
import { bring, ACCEPTED, checked, NotAccepted } from "./upload";
import { pointer, type Path } from "./values";
import { formWords as t } from "./words";

const MOST = 50;
const LONGEST = 300; // characters of a title
type Stage = "" | "sending" | "checking" | "ready";

/** The files of a record: each is sent and checked at once, so that the record can be saved with it. */
export function FilesInput({ label, value, path }: { label: string; value: unknown; path: Path }) {
  const { kind, patientId, change, errorAt } = useRecordFormContext();
  const files = Array.isArray(value) ? (value as Attachment[]) : [];
  const [stage, setStage] = useState<Stage>("");
  const [refusal, setRefusal] = useState("");
  const [problem, setProblem] = useState<Problem | null>(null);

  const add = async (file: File | null) => {
    if (!file) return;
    setRefusal("");
    setProblem(null);
    setStage("sending");
    try {
      const id = await bring(file, patientId, kind.collection);
      setStage("checking");
      if ((await checked(id, patientId, kind.collection)) === "refused") throw new NotAccepted("refused");
      setStage("ready");
      change(path, [...files, { upload_id: id, title: file.name.replace(/\.\w+$/, "").slice(0, LONGEST) }]);
    } catch (thrown) {
      setStage("");
      if (thrown instanceof NotAccepted) setRefusal(t(thrown.why));
      else setProblem(asProblem(thrown));
    }
  };
  const remove = (index: number) => change(path, files.filter((_, other) => other !== index));

  return (
    <fieldset className="form-part">
      <legend>{label}</legend>
      {problem && <ProblemBox problem={problem} />}
      {files.map((file, index) => (
        <div key={file.upload_id} className="stack-tight">
          <TextField
            name={pointer([...path, index, "title"])}
            label={t("fileTitle")}
            value={file.title}
            error={errorAt([...path, index, "title"]) || errorAt([...path, index, "upload_id"])}
            onChange={(title) => change([...path, index, "title"], title)}
          />
          <div>
            <Button kind="plain" onPress={() => remove(index)} label={t("removeOf", { title: file.title })}>
              {t("remove")}
            </Button>
          </div>
        </div>
      ))}
      {files.length < MOST && (
        <FileField
          name={pointer(path)}
          label={t("addFile")}
          hint={t("files")}
          accept={ACCEPTED.join()}
          value={null}
          error={refusal || (files.length ? "" : errorAt(path))}
          disabled={stage === "sending" || stage === "checking"}
          onChange={(file) => void add(file)}
        />
      )}
      <p role="status">{stage && t(stage)}</p>
    </fieldset>
  );
}
