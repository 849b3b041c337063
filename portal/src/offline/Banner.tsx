/** What must never be overlooked: that there is no connection, from when the data is, and that something waits. */
import { useEffect } from "react";
import { Link } from "wouter";
import { queries } from "../api/queries";
import { useSession } from "../app/session";
import { Button, Notice } from "../ui";
import { useOldestKept, useOnline, useOutbox, useSignOutPending, useVaultOpen } from "./hooks";
import { moment } from "./moment";
import { openingFailed } from "./opening";
import { t } from "./words";

export function OfflineBanner() {
  const { standing } = useSession();
  const pending = useSignOutPending();
  if (standing === "anonymous" && pending) return <Notice tone="warn" title={t("leavingLater")} live />;
  return standing === "signed-in" ? (
    <div className="stack-tight no-print">
      <Connection />
      <Waiting />
    </div>
  ) : null;
}

function Connection() {
  const { refresh } = useSession();
  const online = useOnline();
  const open = useVaultOpen();
  const kept = useOldestKept();
  const shownKept = kept !== undefined;
  const ask = () => void queries.refetchQueries({ type: "active" });
  // With the connection back, what came from this device is asked for anew however young it is.
  useEffect(() => {
    if (online && shownKept) ask();
  }, [online, shownKept]);
  if (shownKept) {
    const again = <Button kind="secondary" onPress={ask}>{t("again")}</Button>;
    return <Notice tone="warn" title={t("shownFrom", { moment: moment(kept) })} actions={again} live />;
  }
  if (!online && open) return <Notice tone="warn" title={t("offline")} live>{t("offlineWrite")}</Notice>;
  if (online && !open && openingFailed()) {
    const again = <Button kind="secondary" onPress={() => void refresh()}>{t("again")}</Button>;
    return <Notice tone="warn" title={t("notKept")} actions={again} live>{t("notKeptWhy")}</Notice>;
  }
  return null;
}

/** The count stays in sight until there is none. */
function Waiting() {
  const { entries, unreadableForms } = useOutbox();
  const waiting = entries.filter((entry) => entry.value?.state === "waiting").length;
  const attention = entries.length - waiting + unreadableForms.length;
  if (!waiting && !attention) return null;
  return (
    <Notice tone={attention ? "warn" : "info"} live>
      <div className="row-between">
        <span>
          {[waiting && t("waiting", { n: waiting }), attention && t("attention", { n: attention })]
            .filter(Boolean)
            .join(". ")}
        </span>
        <Link href="/outbox" className="button button-secondary">
          {t("look")}
        </Link>
      </div>
    </Notice>
  );
}
