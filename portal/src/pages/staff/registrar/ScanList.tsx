/** Scans of an application or a case, by what they are of; those that were checked can be looked at, larger and smaller. */
import { Files } from "../../../records";
import { Empty } from "../../../ui";
import type { Scan } from "./shapes";
import { t } from "./words";

type Props = { title: string; scans: readonly Scan[]; pathOf: (uploadId: string) => string };

export function ScanList({ title, scans, pathOf }: Props) {
  const numbered = scans.map((scan, index) => ({ ...scan, n: index + 1 }));
  const clean = numbered.filter(({ state }) => state === "clean");
  const others = numbered.filter(({ state }) => state !== "clean");
  return (
    <div className="stack-tight">
      <h3>{title}</h3>
      {!scans.length && <Empty title={t("noScans")} />}
      <Files files={clean.map(({ upload_id, n }) => ({ upload_id, title: `${title}, ${t("scanNumber", { n }).toLowerCase()}` }))} pathOf={pathOf} />
      {others.map(({ upload_id, state, n }) => (
        <p key={upload_id}>{t(state === "refused" ? "scanRefused" : "scanWaiting", { n })}</p>
      ))}
    </div>
  );
}
