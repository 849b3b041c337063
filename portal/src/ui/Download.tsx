import { useState } from "react";
import { asProblem, type Problem } from "../api/problems";
import { Button } from "./Button";
import { save } from "./download";
import { ProblemBox } from "./Notice";
import { commonWords as t } from "./words";

type Props = { path: string; accept?: string; title?: string; label?: string; kind?: "primary" | "secondary" | "plain" };

/** A button that saves a file of the API: the PDF of a record, a scan. */
export function Download({ path, accept = "application/pdf", title, label, kind = "secondary" }: Props) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const press = async () => {
    setBusy(true);
    setProblem(null);
    await save(path, accept).catch((thrown: unknown) => setProblem(asProblem(thrown)));
    setBusy(false);
  };
  return (
    <>
      <Button kind={kind} busy={busy} onPress={() => void press()} {...(label ? { label } : {})}>
        {title ?? t("downloadPdf")}
      </Button>
      {problem && <ProblemBox problem={problem} />}
    </>
  );
}
