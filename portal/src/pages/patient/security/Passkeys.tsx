import { useState } from "react";
import { api } from "../../../api/client";
import { asProblem, type Problem } from "../../../api/problems";
import { useChange, useRead } from "../../../api/queries";
import { makePasskey, passkeysWork } from "../../../app/passkeys";
import { useSession } from "../../../app/session";
import { dayAndTime } from "../../../i18n/dates";
import { Button, Card, Confirm, Empty, Form, Notice, ProblemBox, say, Shown, TextField, useForm } from "../../../ui";
import { t } from "./words";

type Passkey = { passkey_id: string; name: string; created_at?: string; used_at?: string };
const KEY = ["passkey-list"];

export function Passkeys() {
  const found = useRead(KEY, () => api.GET("/api/v1/me/passkeys"));
  return (
    <Shown of={found}>
      {(data) => {
        const passkeys = data["items"] as Passkey[];
        return (
          <div className="stack">
            {passkeys.length ? (
              <ul className="plain-list stack-tight" aria-label={t("passkeys")}>
                {passkeys.map((one) => (
                  <OnePasskey key={one.passkey_id} passkey={one} />
                ))}
              </ul>
            ) : (
              <Empty title={t("noPasskeys")}>
                <p>{t("passkeyWhy")}</p>
              </Empty>
            )}
            {passkeysWork() ? <NewPasskey /> : <Notice tone="warn" title={t("noPasskeysHere")} />}
          </div>
        );
      }}
    </Shown>
  );
}

function NewPasskey() {
  const { refresh } = useSession();
  const [brokenOff, setBrokenOff] = useState(false);
  const added = useChange(async (name: string) => {
    const { data } = await api.POST("/api/v1/me/passkeys/options");
    const credential = await makePasskey(data as Record<string, unknown>);
    return api.POST("/api/v1/me/passkeys", { body: { credential, name } });
  }, [KEY]);
  const form = useForm(
    { name: "" },
    async ({ name }) => {
      setBrokenOff(false);
      try {
        await added.mutateAsync(name.trim());
      } catch (thrown) {
        if (!(thrown instanceof DOMException)) throw thrown;
        setBrokenOff(true);
        return;
      }
      say(t("passkeyAdded"));
      await refresh();
    },
    { check: ({ name }) => ({ name: name.trim() ? "" : t("nameNeeded") }), done: () => form.set({ name: "" }) },
  );
  return (
    <Card>
      <Form form={form} submit={t("addPasskey")} kind="secondary">
        {brokenOff && <Notice tone="warn" title={t("brokenOff")} live />}
        <TextField {...form.field("name")} label={t("passkeyName")} hint={t("passkeyNameHint")} width="middle" maxLength={60} />
      </Form>
    </Card>
  );
}

function OnePasskey({ passkey }: { passkey: Passkey }) {
  const { refresh } = useSession();
  const [asked, setAsked] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const path = { passkey_id: passkey.passkey_id };
  const gone = useChange(() => api.DELETE("/api/v1/me/passkeys/{passkey_id}", { params: { path } }), [KEY]);
  const remove = async () => {
    setAsked(false);
    try {
      await gone.mutateAsync();
      await refresh();
    } catch (thrown) {
      setProblem(asProblem(thrown));
    }
  };
  return (
    <li>
      <Card>
        <div className="row-between">
          <div>
            <strong>{passkey.name}</strong>
            <p className="quiet">
              {t("since", { when: dayAndTime(passkey.created_at) })}
              {passkey.used_at && ` · ${t("used", { when: dayAndTime(passkey.used_at) })}`}
            </p>
          </div>
          <Button kind="plain" busy={gone.isPending} onPress={() => setAsked(true)} label={`${t("remove")}: ${passkey.name}`}>
            {t("remove")}
          </Button>
        </div>
        {problem && <ProblemBox problem={problem} />}
      </Card>
      <Confirm title={t("removePasskey")} open={asked} yes={t("remove")} danger onYes={() => void remove()} onClose={() => setAsked(false)}>
        {t("removePasskeyWhat", { name: passkey.name })}
      </Confirm>
    </li>
  );
}
