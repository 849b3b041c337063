import { api } from "../../../api/client";
import { useChange, useRead } from "../../../api/queries";
import { useSession } from "../../../app/session";
import { dayAndTime } from "../../../i18n/dates";
import { Button, Card, Notice, ProblemBox, Shown } from "../../../ui";
import { t } from "./words";

export function RecoveryCodes() {
  const { refresh } = useSession();
  const left = useRead(["recovery-codes-left"], () => api.GET("/api/v1/me/recovery-codes"));
  const made = useChange(() => api.POST("/api/v1/me/recovery-codes"), [["recovery-codes-left"]]);
  const codes = (made.data as { codes?: string[] } | undefined)?.codes;
  const make = () => made.mutate(undefined, { onSuccess: () => void refresh() });
  return (
    <div className="stack">
      {codes ? (
        <Card tone="accent">
          <Notice tone="warn" title={t("codesOnce")} live>
            {t("codesKeep")}
          </Notice>
          <ol className="recovery-codes">
            {codes.map((code) => (
              <li key={code}>
                <code>{code}</code>
              </li>
            ))}
          </ol>
          <div className="no-print">
            <Button kind="secondary" onPress={() => print()}>
              {t("print")}
            </Button>
          </div>
        </Card>
      ) : (
        <Shown of={left} lines={1}>
          {(data) => <p>{data["left"] ? t("codesLeft", { n: Number(data["left"]), when: dayAndTime(data["made_at"] as string) }) : t("codesNone")}</p>}
        </Shown>
      )}
      {made.error && <ProblemBox problem={made.error} />}
      <div>
        <Button kind="secondary" busy={made.isPending} onPress={make}>
          {t("codesMake")}
        </Button>
      </div>
    </div>
  );
}
