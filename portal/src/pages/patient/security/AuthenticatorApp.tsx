import { useState } from "react";
import { api } from "../../../api/client";
import { useChange } from "../../../api/queries";
import { useSession } from "../../../app/session";
import { Button, Card, Form, ProblemBox, say, TextField, useForm } from "../../../ui";
import { Qr } from "../../../ui/Qr";
import { t } from "./words";

type Secret = { secret: string; uri: string };

export function AuthenticatorApp({ on }: { on: boolean }) {
  const { refresh } = useSession();
  const [secret, setSecret] = useState<Secret | null>(null);
  const begin = useChange(() => api.POST("/api/v1/me/totp"));
  const remove = useChange(() => api.DELETE("/api/v1/me/totp"));
  const problem = begin.error ?? remove.error;
  const start = () => begin.mutate(undefined, { onSuccess: (made) => setSecret(made as unknown as Secret) });
  const end = () => remove.mutate(undefined, { onSuccess: () => void refresh() });
  if (secret) return <Confirmation secret={secret} done={() => (setSecret(null), say(t("appOn")), void refresh())} />;
  return (
    <div className="stack">
      <p>{on ? t("appIsOn") : t("appWhy")}</p>
      {problem && <ProblemBox problem={problem} />}
      <div className="row">
        <Button kind="secondary" busy={begin.isPending} onPress={start}>
          {on ? t("appAnew") : t("appAdd")}
        </Button>
        {on && (
          <Button kind="plain" busy={remove.isPending} onPress={end}>
            {t("appRemove")}
          </Button>
        )}
      </div>
    </div>
  );
}

function Confirmation({ secret, done }: { secret: Secret; done: () => void }) {
  const form = useForm({ code: "" }, ({ code }) => api.POST("/api/v1/me/totp/confirm", { body: { code: code.replace(/\D/g, "") } }), {
    check: ({ code }) => ({ code: code.replace(/\D/g, "").length === 6 ? "" : t("sixDigits") }),
    done,
  });
  return (
    <Card>
      <p>{t("appScan")}</p>
      <Qr text={secret.uri} label={t("appQr")} />
      <p>
        {t("appType")} <code>{secret.secret.replace(/(.{4})/g, "$1 ").trim()}</code>
      </p>
      <Form form={form} submit={t("appConfirm")}>
        <TextField {...form.field("code")} label={t("appCode")} inputMode="numeric" autoComplete="one-time-code" width="short" required />
      </Form>
    </Card>
  );
}
