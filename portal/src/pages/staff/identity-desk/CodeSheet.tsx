/** The sheet with the temporary code. It is given this once: whoever leaves the screen begins anew. */
import { Button, Card, Notice, Page } from "../../../ui";
import { time } from "../../../i18n/dates";
import { t } from "./words";
import "./code-sheet.css";

export function CodeSheet({ code, until, done }: { code: string; until: number; done: () => void }) {
  return (
    <Page
      title={t("sheet")}
      width="text"
      actions={
        <>
          <Button onPress={() => print()}>{t("print")}</Button>
          <Button kind="secondary" onPress={done}>
            {t("sheetDone")}
          </Button>
        </>
      }
    >
      <div className="no-print">
        <Notice tone="warn">{t("sheetOnce")}</Notice>
      </div>
      <Card as="article" label={t("sheet")}>
        <p>{t("sheetCode")}</p>
        <p className="code-sheet">{code}</p>
        <p>{t("sheetUntil", { at: time(until) })}</p>
        <ol>
          <li>{t("sheetOpen", { address: `${location.host}/recovery` })}</li>
          <li>{t("sheetType")}</li>
          <li>{t("sheetSms")}</li>
        </ol>
        <p>
          <strong>{t("sheetSecret")}</strong>
        </p>
      </Card>
    </Page>
  );
}
