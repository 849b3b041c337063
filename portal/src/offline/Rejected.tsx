/** A draft that the API refused: why, in its words; the text stays and can be corrected. */
import { useState } from "react";
import { fieldWords } from "../api/problems";
import { currentLanguage } from "../i18n";
import { Button, Facts, Notice } from "../ui";
import { Correction } from "./Correction";
import { linesOf, named, wordsOf } from "./compare";
import { retry, type Entry } from "./outbox";
import { t } from "./outboxWords";

export function Rejected({ entry }: { entry: Entry }) {
  const [correcting, setCorrecting] = useState(false);
  const { refusal } = entry;
  const title = currentLanguage() === "ru" ? refusal?.title_ru : refusal?.title;
  const lines = linesOf(entry.body, undefined).filter((line) => named(line.path, entry.labels));
  return (
    <>
      <Notice tone="bad" title={t("refused", { why: title ?? t("unknown") })}>
        {refusal?.fields.length ? (
          <ul>
            {refusal.fields.map((one) => (
              <li key={one.field + one.code}>{fieldWords(one)}</li>
            ))}
          </ul>
        ) : null}
      </Notice>
      <Facts facts={lines.map(({ path, mine }) => [wordsOf(path, entry.labels, currentLanguage()), mine] as const)} />
      {correcting ? (
        <Correction entry={entry} close={() => setCorrecting(false)} />
      ) : (
        <div className="row">
          <Button onPress={() => setCorrecting(true)}>{t("correct")}</Button>
          <Button kind="secondary" onPress={() => void retry(entry.id)}>
            {t("tryAgain")}
          </Button>
        </div>
      )}
    </>
  );
}
