/** A change is tried first: when booked visits would lose their place, the registrar hears how many and decides. */
import { useState } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { asProblem, type Problem } from "../../../../api/problems";
import { Confirm, ProblemBox } from "../../../../ui";
import type { Changed } from "./shapes";
import { w } from "./words";

type Change = (trial: boolean) => Promise<Changed>;

export type Displacing = {
  count: number;
  problem: Problem | null;
  busy: boolean;
  attempt: (change: Change) => Promise<void>;
  goOn: () => void;
  leave: () => void;
};

export function useDisplacing(scheduleId: string, done: () => void): Displacing {
  const queries = useQueryClient();
  const [asked, setAsked] = useState<{ change: Change; count: number } | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const make = async (change: Change) => {
    await change(false);
    const keys = [["schedule-read", scheduleId], ["schedule-pages"], ["schedule-list-own"], ["appointment-day", scheduleId], ["schedule-slots", scheduleId]];
    await Promise.all(keys.map((queryKey) => queries.invalidateQueries({ queryKey })));
    done();
  };
  const attempt = async (change: Change) => {
    setProblem(null);
    const { displaced } = await change(true);
    if (displaced.count) setAsked({ change, count: displaced.count });
    else await make(change);
  };
  const goOn = () => {
    if (!asked) return;
    setBusy(true);
    make(asked.change)
      .catch((thrown: unknown) => setProblem(asProblem(thrown)))
      .finally(() => {
        setBusy(false);
        setAsked(null);
      });
  };
  return { count: asked?.count ?? 0, problem, busy, attempt, goOn, leave: () => setAsked(null) };
}

export function DisplacedConfirm({ displacing }: { displacing: Displacing }) {
  return (
    <>
      {displacing.problem && <ProblemBox problem={displacing.problem} />}
      <Confirm
        title={w("displaces")}
        yes={w("displaceIt")}
        no={w("leaveIt")}
        danger
        busy={displacing.busy}
        open={displacing.count > 0}
        onYes={displacing.goOn}
        onClose={displacing.leave}
      >
        {w("displacesWhat", { n: displacing.count })}
      </Confirm>
    </>
  );
}
