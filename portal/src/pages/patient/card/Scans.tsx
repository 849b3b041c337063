import { useState } from "react";
import { asProblem, type Problem } from "../../../api/problems";
import { ask } from "../../../records";
import { ACCEPTED, bringTo, checkedBy, NotAccepted, type Upload } from "../../../records/form/upload";
import { formWords } from "../../../records/form/words";
import { Button, FileField, ProblemBox } from "../../../ui";
import { activationWords as t } from "./activationWords";

const PATH = "/api/v1/me/uploads";
const MOST = 5;

const own = async (id: string): Promise<Upload | undefined> => (await ask<{ items: Upload[] }>(PATH)).data.items.find((upload) => upload.upload_id === id);

/** Scans of one paper. Each is sent and checked at once; the form then names them. */
export function Scans({ label, ids, onChange }: { label: string; ids: readonly string[]; onChange: (ids: readonly string[]) => void }) {
  const [stage, setStage] = useState<"" | "sending" | "checking" | "ready">("");
  const [refusal, setRefusal] = useState("");
  const [problem, setProblem] = useState<Problem | null>(null);
  const add = async (file: File | null) => {
    if (!file) return;
    setRefusal("");
    setProblem(null);
    setStage("sending");
    try {
      const id = await bringTo(PATH, file);
      setStage("checking");
      if ((await checkedBy(() => own(id))) === "refused") throw new NotAccepted("refused");
      setStage("ready");
      onChange([...ids, id]);
    } catch (thrown) {
      setStage("");
      if (thrown instanceof NotAccepted) setRefusal(formWords(thrown.why));
      else setProblem(asProblem(thrown));
    }
  };
  return (
    <div className="stack-tight">
      {problem && <ProblemBox problem={problem} />}
      <FileField
        name={label}
        label={label}
        hint={formWords("files")}
        accept={ACCEPTED.join()}
        value={null}
        error={refusal}
        disabled={stage === "sending" || stage === "checking" || ids.length >= MOST}
        onChange={(file) => void add(file)}
      />
      <p role="status">{stage && formWords(stage)}</p>
      {ids.map((id, index) => (
        <p key={id} className="row">
          {t("scan", { n: index + 1 })}
          <Button kind="plain" onPress={() => onChange(ids.filter((other) => other !== id))} label={formWords("removeOf", { title: `${label}, ${t("scan", { n: index + 1 })}` })}>
            {formWords("remove")}
          </Button>
        </p>
      ))}
    </div>
  );
}
