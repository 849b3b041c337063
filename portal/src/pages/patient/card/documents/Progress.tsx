import { useEffect } from "react";
import { useRead } from "../../../../api/queries";
import { ask } from "../../../../records";
import type { Export } from "./Exports";
import { documentWords as t } from "./words";

const AGAIN = 3000; // milliseconds between questions how far it is
const PENDING = new Set(["requested", "making"]);

/** How far a copy is; the list is read anew when it is done. */
export function Progress({ exportId, done }: { exportId: string; done: () => void }) {
  const found = useRead(["export-read", exportId], () => ask<Export>(`/api/v1/me/exports/${exportId}`), { every: AGAIN });
  const over = found.data !== undefined && !PENDING.has(found.data.state);
  useEffect(() => {
    if (over) done();
    // `done` is another function at each drawing; only the change of state counts.
  }, [over]);
  return <p role="status">{t("progress", { n: found.data?.records ?? 0 })}</p>;
}
