import { Link } from "wouter";
import { inLanguage } from "../../../i18n";
import { day } from "../../../i18n/dates";
import { kindOf, moment, recordAddress, recordMore, recordTitle, type Kind } from "../../../records";
import { Tag } from "../../../ui";
import { recordWords } from "../../../records/words";
import type { Hit } from "./finding";

/** A record that was found, leading to its page. */
export function HitItem({ hit, kinds, named }: { hit: Hit; kinds: readonly Kind[]; named: boolean }) {
  const kind = kindOf(kinds, hit.kind);
  if (!kind) return null;
  // Where the summary has no date, the index knows the moment alone, and not by which clock: its day is shown.
  const written = hit.summary[kind.occurred];
  const when = typeof written === "string" ? moment(written) : day(hit.occurred_at);
  const more = recordMore({ body: hit.summary }, kind);
  return (
    <>
      <p className="record-when">{[when, named && inLanguage(kind.labels)].filter(Boolean).join(" · ")}</p>
      <Link href={recordAddress(hit, kind)} className="record-title">
        {recordTitle({ body: hit.summary }, kind)}
      </Link>
      {more && <p>{more}</p>}
      {(hit.source !== "staff" || hit.version > 1) && (
        <p className="row">
          {hit.source === "patient-reported" && <Tag tone="info">{recordWords("patient-reported")}</Tag>}
          {hit.source === "connected" && <Tag>{recordWords("connected")}</Tag>}
          {hit.version > 1 && <Tag tone="warn">{recordWords("corrected", { n: hit.version })}</Tag>}
        </p>
      )}
    </>
  );
}
