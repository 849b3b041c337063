import { useEffect, useRef, useState } from "react";
import { api } from "../../../api/client";
import { asProblem } from "../../../api/problems";
import { ifMatch } from "../../../api/typed";
import { dropDraft, saveDraft } from "../../../offline/unfinished";
import { LockedError } from "../../../offline/vault";
import { bodyFrom, type Filled, type FormBody } from "./formShapes";

export type Keeping = "nothing" | "keeping" | "kept" | "here" | "conflict" | "failed";

const PAUSE = 1500; // milliseconds without typing after which a draft is kept

export const draftKey = (appointmentId: string): string => `visit-form/${appointmentId}`;

/**
 * Keeps what is typed: at the server, where the other devices of this person find it, and on this device while there
 * is no connection. Another version at the server is never written over: `takeOver` says that ours counts.
 */
export function useKeeping(
  appointmentId: string,
  base: FormBody,
  firstVersion: number,
  filled: Filled,
  changed: boolean,
) {
  const [state, setState] = useState<Keeping>("nothing");
  const version = useRef(firstVersion);
  const latest = useRef(filled);
  latest.current = filled;

  const keepHere = () =>
    saveDraft(draftKey(appointmentId), latest.current).then(
      () => setState("here"),
      (thrown: unknown) => {
        if (!(thrown instanceof LockedError)) throw thrown;
        setState("failed");
      },
    );

  const keep = async () => {
    setState("keeping");
    try {
      const { data } = await api.PUT("/api/v1/me/appointments/{appointment_id}/form", {
        params: { path: { appointment_id: appointmentId } },
        headers: ifMatch(version.current),
        body: bodyFrom(latest.current, base, false),
      });
      version.current = Number((data as { version?: unknown } | undefined)?.version ?? version.current + 1);
      await dropDraft(draftKey(appointmentId));
      setState("kept");
    } catch (thrown) {
      const problem = asProblem(thrown);
      if (problem.status === 412) setState("conflict");
      else await keepHere();
    }
  };

  useEffect(() => {
    if (!changed || state === "conflict") return;
    const waiting = setTimeout(() => void keep(), PAUSE);
    return () => clearTimeout(waiting);
    // The pause begins anew with each change of what is filled in, and with nothing else.
  }, [filled]);

  useEffect(() => {
    if (state !== "here") return;
    const again = () => void keep();
    addEventListener("online", again);
    return () => removeEventListener("online", again);
  }, [state]);

  const takeOver = async (theirs: number) => {
    version.current = theirs;
    await keep();
  };
  return { state, takeOver };
}
