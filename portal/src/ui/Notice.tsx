import type { ReactNode } from "react";
import { fieldWords, type Problem } from "../api/problems";
import { Button } from "./Button";
import { commonWords as t } from "./words";
import "./notice.css";

type Tone = "info" | "good" | "warn" | "bad";
const MARKS: Record<Tone, string> = { info: "ℹ", good: "✓", warn: "!", bad: "⚠" };

/** A box that says something. `live` reads it aloud when it appears. */
export function Notice({ tone = "info", title, children, live, actions }: { tone?: Tone; title?: ReactNode; children?: ReactNode; live?: boolean; actions?: ReactNode }) {
  return (
    <div className={`notice notice-${tone}`} role={live ? (tone === "bad" ? "alert" : "status") : undefined}>
      <span className="notice-mark" aria-hidden="true">
        {MARKS[tone]}
      </span>
      <div className="stack-tight">
        {title && <p className="notice-title">{title}</p>}
        {children && <div>{children}</div>}
        {actions && <div className="row">{actions}</div>}
      </div>
    </div>
  );
}

/** A refusal at the top of a form or in the place of a list. `shown` are the fields that say it themselves. */
export function ProblemBox({ problem, shown = {}, retry }: { problem: Problem; shown?: Record<string, string>; retry?: () => void }) {
  const loose = problem.fields.filter((one) => !(one.field.replace(/^[/?]/, "").split("/")[0] as string in shown));
  const listed = loose.length ? loose : problem.fields;
  return (
    <div className="notice notice-bad problem" role="alert" tabIndex={-1}>
      <span className="notice-mark" aria-hidden="true">
        {MARKS.bad}
      </span>
      <div className="stack-tight">
        <p className="notice-title">{problem.words}</p>
        {problem.retryAfter !== null && <p>{t("wait", { n: problem.retryAfter })}</p>}
        {listed.length > 0 && (
          <ul>
            {listed.map((one) => (
              <li key={one.field + one.code}>{fieldWords(one)}</li>
            ))}
          </ul>
        )}
        {problem.status >= 500 && problem.requestId && <p className="quiet">{t("reference", { id: problem.requestId })}</p>}
        {retry && (
          <div>
            <Button kind="secondary" onPress={retry}>
              {t("retry")}
            </Button>
          </div>
        )}
      </div>
    </div>
  );
}
