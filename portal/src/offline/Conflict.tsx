/** Two versions side by side; the person chooses, or corrects their own. Nothing is written over unseen. */
import { useState } from "react";
import { currentLanguage } from "../i18n";
import { Button, Notice, Table, Tag } from "../ui";
import { linesOf, named, wordsOf, type Line } from "./compare";
import { Correction } from "./Correction";
import { resolve, type Entry } from "./outbox";
import { t } from "./outboxWords";

export function Conflict({ entry }: { entry: Entry }) {
  const [correcting, setCorrecting] = useState(false);
  if (!entry.theirs) {
    return (
      <>
        <p>{t("conflictUnseen")}</p>
        <div>
          <Button kind="secondary" onPress={() => void resolve(entry.id, "mine")}>
            {t("tryAgain")}
          </Button>
        </div>
      </>
    );
  }
  return (
    <>
      <Notice tone="warn" title={t("conflictWhy")} />
      <Table caption={t("versions")} columns={columns(entry)} rows={linesFor(entry)} keyOf={(line) => line.path} />
      {correcting ? (
        <Correction entry={entry} close={() => setCorrecting(false)} />
      ) : (
        <div className="row">
          <Button onPress={() => void resolve(entry.id, "mine")}>{t("keepMine")}</Button>
          <Button kind="secondary" onPress={() => void resolve(entry.id, "theirs")}>
            {t("keepTheirs")}
          </Button>
          <Button kind="secondary" onPress={() => setCorrecting(true)}>
            {t("correct")}
          </Button>
        </div>
      )}
    </>
  );
}

/** What differs is always told; of the rest, what has a name. */
const linesFor = ({ body, theirs, labels }: Entry): Line[] =>
  linesOf(body, theirs?.body).filter((line) => line.mine !== line.theirs || named(line.path, labels));

const columns = (entry: Entry) => [
  { title: t("field"), of: (line: Line) => <Name line={line} entry={entry} /> },
  { title: t("mine"), of: (line: Line) => line.mine || t("nothing") },
  { title: t("theirs"), of: (line: Line) => line.theirs || t("nothing") },
];

function Name({ line, entry }: { line: Line; entry: Entry }) {
  return (
    <>
      {wordsOf(line.path, entry.labels, currentLanguage())}{" "}
      {line.mine !== line.theirs && <Tag tone="warn">{t("differs")}</Tag>}
    </>
  );
}
