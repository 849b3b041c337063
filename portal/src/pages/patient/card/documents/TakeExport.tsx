import { useState } from "react";
import { asProblem, type Problem } from "../../../../api/problems";
import { Button, ProblemBox } from "../../../../ui";
import { saveLarge } from "../../../../ui/largeDownload";
import { documentWords as t } from "./words";

/** The name of the saved file is an id: lists of downloads are seen by others. */
export function TakeExport({ exportId, format }: { exportId: string; format: "pdf" | "json" }) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const take = async () => {
    setBusy(true);
    setProblem(null);
    await saveLarge(`/api/v1/me/exports/${exportId}/file`, `${exportId}.${format}`).catch((thrown: unknown) => setProblem(asProblem(thrown)));
    setBusy(false);
  };
  return (
    <>
      <div>
        <Button kind="secondary" busy={busy} onPress={() => void take()}>
          {t("take")}
        </Button>
      </div>
      {problem && <ProblemBox problem={problem} />}
    </>
  );
}
