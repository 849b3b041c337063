import { useEffect, useState } from "react";
import { asProblem, type Problem } from "../api/problems";
import { ACCEPTED, bring, drop, LARGEST, stateOf, type Brought } from "./files";

export type Attached = Brought & { name: string };

const ASKED_EVERY = 1500; // milliseconds between two questions whether a file was checked

/** Files that are about to be sent with a message. */
export function useAttachments(patientId: string) {
  const [files, setFiles] = useState<readonly Attached[]>([]);
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<"" | "tooLarge" | "wrongType">("");
  const [problem, setProblem] = useState<Problem | null>(null);
  const waiting = files.find(({ state }) => state === "waiting")?.upload_id;

  useEffect(() => {
    if (!waiting) return;
    const ask = () =>
      void stateOf(patientId, waiting).then(
        (found) => setFiles((all) => all.map((one) => (one.upload_id === waiting ? { ...one, ...found } : one))),
        (thrown: unknown) => setProblem(asProblem(thrown)),
      );
    const timer = setInterval(ask, ASKED_EVERY);
    return () => clearInterval(timer);
  }, [patientId, waiting]);

  const add = async (file: File | null) => {
    setProblem(null);
    if (!file) return;
    const wrong = ACCEPTED.includes(file.type) ? (file.size > LARGEST ? "tooLarge" : "") : "wrongType";
    setFault(wrong);
    if (wrong) return;
    setBusy(true);
    await bring(patientId, file).then(
      (brought) => setFiles((all) => [...all, { ...brought, name: file.name }]),
      (thrown: unknown) => setProblem(asProblem(thrown)),
    );
    setBusy(false);
  };

  const remove = (uploadId: string) => {
    setFiles((all) => all.filter((one) => one.upload_id !== uploadId));
    void drop(patientId, uploadId).catch((thrown: unknown) => void asProblem(thrown)); // what hangs on no message is swept
  };
  const ready = files.filter(({ state }) => state === "clean").map(({ upload_id }) => ({ upload_id }));
  return { files, ready, busy, fault, problem, add, remove, clear: () => setFiles([]) };
}
