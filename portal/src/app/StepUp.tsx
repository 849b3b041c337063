/** Asks for a fresh second factor when the API wants one, and lets the request that met the refusal go on. */
import { useEffect, useRef, useState } from "react";
import { api, onStepUp } from "../api/client";
import { dictionary } from "../i18n";
import { Dialog } from "../ui";
import { Factor, type FactorAnswer } from "./Factor";
import { useSession } from "./session";

export function StepUp() {
  const { me } = useSession();
  const [open, setOpen] = useState(false);
  const settle = useRef<((given: boolean) => void) | null>(null);

  useEffect(() => {
    onStepUp(
      () =>
        new Promise<boolean>((resolve) => {
          settle.current?.(false);
          settle.current = resolve;
          setOpen(true);
        }),
    );
    return () => onStepUp(async () => false);
  }, []);

  const close = (given: boolean) => {
    setOpen(false);
    settle.current?.(given);
    settle.current = null;
  };
  const answer = async (given: FactorAnswer) => {
    await api.POST("/api/v1/me/step-up", { body: given });
    close(true);
  };
  return (
    <Dialog title={t("title")} open={open} onClose={() => close(false)}>
      <p>{t("why")}</p>
      <Factor
        factors={me?.factors ?? []}
        sendSms={() => api.POST("/api/v1/me/step-up/sms")}
        passkeyOptions={async () => (await api.POST("/api/v1/me/step-up/passkey")).data as Record<string, unknown>}
        answer={answer}
      />
    </Dialog>
  );
}

const t = dictionary({
  ru: {
    title: "Подтвердите, что это вы",
    why: "Это действие меняет что-то важное, поэтому мы спрашиваем ещё раз. Подтверждение действует пять минут.",
  },
  en: {
    title: "Confirm that it is you",
    why: "This changes something important, so we ask once more. The confirmation holds for five minutes.",
  },
});
