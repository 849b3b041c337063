import { useId } from "react";
import { Button, ProblemBox } from "../ui";
import { ACCEPTED, MOST_FILES } from "./files";
import type { useAttachments } from "./useAttachments";
import { t } from "./words";

/** The files of a message that is being written: each with the state of its check. */
export function Attachments({ of: attached }: { of: ReturnType<typeof useAttachments> }) {
  const id = useId();
  return (
    <div className="stack-tight">
      {attached.problem && <ProblemBox problem={attached.problem} />}
      {attached.fault && (
        <p className="field-error" role="alert">
          {t(attached.fault)}
        </p>
      )}
      {attached.files.length > 0 && (
        <ul className="plain-list stack-tight">
          {attached.files.map(({ upload_id, name, state }) => (
            <li key={upload_id} className="row">
              <span>
                {name}: <span role="status">{t(STATES[state])}</span>
              </span>
              <Button kind="plain" onPress={() => attached.remove(upload_id)} label={`${t("removeFile")}: ${name}`}>
                {t("removeFile")}
              </Button>
            </li>
          ))}
        </ul>
      )}
      {attached.files.length < MOST_FILES && (
        <div className="chat-attach">
          <label htmlFor={id} className="button button-secondary" aria-busy={attached.busy || undefined}>
            {t("attach")}
          </label>
          <input
            id={id}
            className="hidden-visually"
            type="file"
            accept={ACCEPTED.join(",")}
            aria-describedby={`${id}-hint`}
            onChange={(event) => {
              void attached.add(event.target.files?.[0] ?? null);
              event.target.value = "";
            }}
          />
          <span id={`${id}-hint`} className="quiet">
            {t("attachHint")}
          </span>
        </div>
      )}
    </div>
  );
}

const STATES = { waiting: "checking", clean: "clean", refused: "refused" } as const;
