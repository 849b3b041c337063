import { Link } from "wouter";
import { inLanguage } from "../i18n";
import type { CardRecord, Kind } from "./access";
import { Marks } from "./Marks";
import { recordMoment, recordMore, recordTitle } from "./titles";

type Props = { record: CardRecord; kind: Kind; to: string; /** Lists of several kinds name the kind. */ named?: boolean };

/** A record in a list: what it is, leading to it; when it was; whose word it is. */
export function RecordItem({ record, kind, to, named }: Props) {
  return (
    <>
      <p className="record-when">{[recordMoment(record, kind), named && inLanguage(kind.labels)].filter(Boolean).join(" · ")}</p>
      <Link href={to} className="record-title">
        {recordTitle(record, kind)}
      </Link>
      {recordMore(record, kind) && <p>{recordMore(record, kind)}</p>}
      <Marks record={record} />
    </>
  );
}
