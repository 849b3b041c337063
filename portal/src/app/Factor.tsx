/** The second factor: at sign-in, and again before what is grave (step-up). Passkey first, SMS last. */
import { useState } from "react";
import { asProblem, type Problem } from "../api/problems";
import { dictionary } from "../i18n";
import { Button, Notice, ProblemBox, TextField } from "../ui";
import { askPasskey, passkeysWork } from "./passkeys";

export type FactorName = "passkey" | "totp" | "recovery-code" | "sms";
export type FactorAnswer = { factor: FactorName; code?: string; assertion?: Record<string, unknown> };

type Props = {
  factors: readonly string[];
  sendSms: () => Promise<unknown>;
  passkeyOptions: () => Promise<Record<string, unknown>>;
  answer: (given: FactorAnswer) => Promise<void>;
};

const ORDER: readonly FactorName[] = ["passkey", "totp", "sms", "recovery-code"];

export function Factor({ factors, sendSms, passkeyOptions, answer }: Props) {
  const usable = ORDER.filter((one) => factors.includes(one) && (one !== "passkey" || passkeysWork()));
  const [factor, setFactor] = useState<FactorName>(usable[0] ?? "sms");
  const [code, setCode] = useState("");
  const [sent, setSent] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [brokenOff, setBrokenOff] = useState(false);

  const attempt = async (work: () => Promise<unknown>) => {
    setBusy(true);
    setProblem(null);
    setBrokenOff(false);
    try {
      await work();
    } catch (thrown) {
      if (thrown instanceof DOMException) setBrokenOff(true);
      else setProblem(asProblem(thrown));
    } finally {
      setBusy(false);
    }
  };
  const choose = (other: FactorName) => {
    setFactor(other);
    setCode("");
    setProblem(null);
    setBrokenOff(false);
  };
  const send = () => attempt(async () => sendSms().then(() => setSent(true)));
  const byPasskey = () =>
    attempt(async () => answer({ factor: "passkey", assertion: await askPasskey(await passkeyOptions()) }));
  const byCode = () => attempt(() => answer({ factor, code: factor === "recovery-code" ? code.trim() : code.replace(/\D/g, "") }));

  return (
    <form
      className="stack"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) void (factor === "passkey" ? byPasskey() : factor === "sms" && !sent ? send() : byCode());
      }}
    >
      {problem && <ProblemBox problem={problem} />}
      {brokenOff && <Notice tone="warn" title={t("brokenOff")} live />}
      <p>{t(`why-${factor}`)}</p>
      {factor === "passkey" && (
        <Button type="submit" busy={busy}>
          {t("usePasskey")}
        </Button>
      )}
      {factor === "sms" && !sent && (
        <Button type="submit" busy={busy}>
          {t("sendSms")}
        </Button>
      )}
      {(factor === "totp" || factor === "recovery-code" || (factor === "sms" && sent)) && (
        <>
          <TextField
            name="code"
            label={t(`label-${factor}`)}
            value={code}
            onChange={setCode}
            autoComplete="one-time-code"
            inputMode={factor === "recovery-code" ? "text" : "numeric"}
            width="middle"
            required
          />
          <Button type="submit" busy={busy}>
            {t("confirm")}
          </Button>
        </>
      )}
      {factor === "sms" && sent && (
        <div>
          <Button kind="plain" onPress={() => void send()}>
            {t("sendAgain")}
          </Button>
        </div>
      )}
      {usable.length > 1 && (
        <div className="row" role="group" aria-label={t("otherWays")}>
          {usable
            .filter((one) => one !== factor)
            .map((one) => (
              <Button key={one} kind="plain" onPress={() => choose(one)}>
                {t(`by-${one}`)}
              </Button>
            ))}
        </div>
      )}
    </form>
  );
}

const t = dictionary({
  ru: {
    "why-passkey": "Подтвердите, что это вы: отпечатком, лицом или ключом этого устройства.",
    "why-totp": "Введите шесть цифр из приложения-аутентификатора.",
    "why-sms": "Пришлём код в СМС на ваш номер телефона.",
    "why-recovery-code": "Введите один из запасных кодов, которые вы сохранили. Каждый код работает один раз.",
    "label-totp": "Код из приложения",
    "label-sms": "Код из СМС",
    "label-recovery-code": "Запасной код",
    "label-passkey": "",
    "by-passkey": "Ключом доступа",
    "by-totp": "Кодом из приложения",
    "by-sms": "Кодом из СМС",
    "by-recovery-code": "Запасным кодом",
    otherWays: "Другие способы",
    usePasskey: "Подтвердить ключом доступа",
    sendSms: "Прислать код",
    sendAgain: "Прислать код ещё раз",
    confirm: "Подтвердить",
    brokenOff: "Подтверждение прервано. Попробуйте ещё раз или выберите другой способ.",
  },
  en: {
    "why-passkey": "Confirm that it is you: with a fingerprint, your face or the key of this device.",
    "why-totp": "Enter the six digits of your authenticator app.",
    "why-sms": "We will send a code by SMS to your phone.",
    "why-recovery-code": "Enter one of the recovery codes that you kept. Each code works once.",
    "label-totp": "Code from the app",
    "label-sms": "Code from the SMS",
    "label-recovery-code": "Recovery code",
    "label-passkey": "",
    "by-passkey": "By passkey",
    "by-totp": "By the app's code",
    "by-sms": "By SMS",
    "by-recovery-code": "By a recovery code",
    otherWays: "Other ways",
    usePasskey: "Confirm with a passkey",
    sendSms: "Send the code",
    sendAgain: "Send the code again",
    confirm: "Confirm",
    brokenOff: "It was broken off. Try again or choose another way.",
  },
});
