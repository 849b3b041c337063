/** The screen of a start without a connection: opens what this device keeps, if its owner asked for that beforehand. */
import { useEffect, useState } from "react";
import { useSession, type Me } from "../app/session";
import { Button, Form, Loading, Notice, Page, TextField, useForm } from "../ui";
import type { Lock } from "./store";
import { NoPrfError, unlockWithPasskey, unlockWithPassphrase, waysHere } from "./unlocking";
import { t } from "./words";

export function Unlock() {
  const { refresh } = useSession();
  const [ways, setWays] = useState<Set<Lock["way"]> | null>(null);
  useEffect(() => void waysHere().then(setWays, () => setWays(new Set())), []);
  const again = <Button kind="secondary" onPress={() => void refresh()}>{t("again")}</Button>;
  if (!ways) return <Loading />;
  if (!ways.size) {
    return (
      <Page title={t("unlockTitle")} width="text">
        <Notice tone="warn" title={t("unlockNothing")} actions={again}>
          {t("unlockNothingWhy")}
        </Notice>
      </Page>
    );
  }
  return (
    <Page title={t("unlockTitle")} lead={t("unlockLead")} width="text">
      {ways.has("passkey") && <ByPasskey />}
      {ways.has("passphrase") && <ByPassphrase />}
      <div>{again}</div>
    </Page>
  );
}

function ByPassphrase() {
  const { resume } = useSession();
  const [wrong, setWrong] = useState(false);
  const form = useForm({ passphrase: "" }, async ({ passphrase }) => {
    const me: Me | null = await unlockWithPassphrase(passphrase);
    setWrong(!me);
    if (me) resume(me);
  });
  const field = form.field("passphrase");
  return (
    <Form form={form} submit={t("open")}>
      <TextField
        {...field}
        onChange={(value) => (setWrong(false), field.onChange(value))}
        error={wrong ? t("wrong") : field.error}
        label={t("passphrase")}
        type="password"
        autoComplete="off"
      />
    </Form>
  );
}

function ByPasskey() {
  const { resume } = useSession();
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState("");
  const ask = async () => {
    setBusy(true);
    setFailed("");
    try {
      const me = await unlockWithPasskey();
      if (me) resume(me);
      else setFailed(t("passkeyWrong"));
    } catch (thrown) {
      setFailed(thrown instanceof NoPrfError ? t("noPrf") : t("passkeyStopped"));
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="stack-tight">
      {failed && <Notice tone="bad" live>{failed}</Notice>}
      <p>{t("passkeyHint")}</p>
      <div>
        <Button busy={busy} onPress={() => void ask()}>
          {t("openPasskey")}
        </Button>
      </div>
    </div>
  );
}
