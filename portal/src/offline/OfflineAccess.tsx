/** Settings of this device: what it keeps, opening it without a connection, and forgetting it everywhere. */
import { useCallback, useEffect, useState } from "react";
import { api } from "../api/client";
import { asProblem, type Problem } from "../api/problems";
import { passkeysWork } from "../app/passkeys";
import { useMe } from "../app/session";
import {
  Button,
  ButtonLink,
  Card,
  Confirm,
  Form,
  Loading,
  Notice,
  Page,
  ProblemBox,
  say,
  Section,
  TextField,
  useForm,
} from "../ui";
import { t } from "./accessWords";
import { moment } from "./moment";
import { openVault } from "./opening";
import type { Lock } from "./store";
import { lockOf, lockWithPasskey, lockWithPassphrase, NoPrfError, removeLock, SHORTEST } from "./unlocking";
import { capacityOf, nameFor } from "./whose";

export default function OfflineAccess() {
  const me = useMe();
  const [lock, setLock] = useState<Lock | null | undefined>();
  const look = useCallback(() => void lockOf(me).then((found) => setLock(found ?? null)), [me]);
  useEffect(look, [look]);
  const staff = capacityOf(me) === "staff";
  return (
    <Page title={t("title")} lead={t("lead")} width="text">
      <Section title={t("accessTitle")}>
        <p>{t(staff ? "accessStaff" : "access")}</p>
        {lock === undefined && <Loading lines={1} />}
        {lock === null && <TurnOn staff={staff} done={look} />}
        {lock && <TurnOff lock={lock} done={look} />}
      </Section>
      <Section title={t("outboxTitle")}>
        <p>{t("outbox")}</p>
        <div>
          <ButtonLink to="/outbox">{t("outboxOpen")}</ButtonLink>
        </div>
      </Section>
      <Section title={t("forgetTitle")}>
        <p>{t("forget")}</p>
        <Forget done={look} />
      </Section>
    </Page>
  );
}

function TurnOn({ staff, done }: { staff: boolean; done: () => void }) {
  return (
    <div className="stack">
      <Notice tone="warn" title={t("notShared")} />
      {passkeysWork() && <WithPasskey done={done} />}
      {!staff && <WithPassphrase done={done} />}
      {staff && !passkeysWork() && <p>{t("noPasskeys")}</p>}
    </div>
  );
}

function WithPasskey({ done }: { done: () => void }) {
  const me = useMe();
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState("");
  const turnOn = async () => {
    setBusy(true);
    setFailed("");
    try {
      await lockWithPasskey(me);
      say(t("turnedOn"));
      done();
    } catch (thrown) {
      if (thrown instanceof NoPrfError) setFailed(t("noPrf"));
      else if (thrown instanceof DOMException) setFailed(t("stopped"));
      else setFailed(asProblem(thrown).words);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Card as="section" label={t("byPasskey")}>
      <div className="stack-tight">
        <h3>{t("byPasskey")}</h3>
        <p>{t("byPasskeyWhy")}</p>
        {failed && <Notice tone="bad" live>{failed}</Notice>}
        <div>
          <Button busy={busy} onPress={() => void turnOn()}>
            {t("byPasskeyOn")}
          </Button>
        </div>
      </div>
    </Card>
  );
}

function WithPassphrase({ done }: { done: () => void }) {
  const me = useMe();
  const form = useForm(
    { passphrase: "", repeated: "" },
    async ({ passphrase }) => {
      await lockWithPassphrase(me, passphrase);
      say(t("turnedOn"));
      done();
    },
    {
      check: ({ passphrase, repeated }) => ({
        passphrase: passphrase.length < SHORTEST ? t("short", { n: SHORTEST }) : "",
        repeated: passphrase === repeated ? "" : t("different"),
      }),
    },
  );
  return (
    <Card as="section" label={t("byPhrase")}>
      <div className="stack-tight">
        <h3>{t("byPhrase")}</h3>
        <Form form={form} submit={t("byPhraseOn")} kind="secondary">
          <TextField
            {...form.field("passphrase")}
            label={t("phrase")}
            hint={t("phraseHint")}
            type="password"
            autoComplete="new-password"
          />
          <TextField {...form.field("repeated")} label={t("repeated")} type="password" autoComplete="new-password" />
        </Form>
      </div>
    </Card>
  );
}

function TurnOff({ lock, done }: { lock: Lock; done: () => void }) {
  const me = useMe();
  const turnOff = async () => {
    await removeLock(await nameFor(me));
    say(t("turnedOff"));
    done();
  };
  return (
    <Notice tone="good" title={t(lock.way === "passkey" ? "onByPasskey" : "onByPhrase")}>
      <p>{t("until", { moment: moment(lock.until) })}</p>
      <div>
        <Button kind="secondary" onPress={() => void turnOff()}>
          {t("turnOff")}
        </Button>
      </div>
    </Notice>
  );
}

function Forget({ done }: { done: () => void }) {
  const me = useMe();
  const [asked, setAsked] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const forget = async () => {
    setBusy(true);
    try {
      await api.DELETE("/api/v1/me/vault-key");
      await openVault(me);
      setProblem(null);
      say(t("forgotten"));
      done();
    } catch (thrown) {
      setProblem(asProblem(thrown));
    } finally {
      setBusy(false);
      setAsked(false);
    }
  };
  return (
    <>
      {problem && <ProblemBox problem={problem} />}
      <div>
        <Button kind="secondary" onPress={() => setAsked(true)}>
          {t("forgetButton")}
        </Button>
      </div>
      <Confirm
        title={t("forgetTitle")}
        yes={t("forgetYes")}
        busy={busy}
        open={asked}
        onYes={() => void forget()}
        onClose={() => setAsked(false)}
      >
        <p>{t("forgetAsk")}</p>
      </Confirm>
    </>
  );
}
