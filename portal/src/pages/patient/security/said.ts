/** Codes of the API in words. */
import { dictionary } from "../../../i18n";

const t = dictionary({
  ru: {
    "client-portal": "Веб-кабинет",
    "client-?": "Неизвестное устройство",
    "factor-passkey": "ключ доступа",
    "factor-totp": "код из приложения",
    "factor-recovery-code": "запасной код",
    "factor-sms": "код из СМС",
    "outcome-entered": "Вход выполнен",
    "outcome-refused": "Отказано",
    "outcome-blocked": "Заблокировано",
    "outcome-locked": "Слишком много попыток",
  },
  en: {
    "client-portal": "Web portal",
    "client-?": "Unknown device",
    "factor-passkey": "passkey",
    "factor-totp": "code of the app",
    "factor-recovery-code": "recovery code",
    "factor-sms": "code by SMS",
    "outcome-entered": "Signed in",
    "outcome-refused": "Refused",
    "outcome-blocked": "Blocked",
    "outcome-locked": "Too many tries",
  },
});

type Key = Parameters<typeof t>[0];
const CLIENTS: readonly string[] = ["portal", "?"];
const FACTORS: readonly string[] = ["passkey", "totp", "recovery-code", "sms"];
const OUTCOMES: readonly string[] = ["entered", "refused", "blocked", "locked"];

const said = (known: readonly string[], kind: string, code: string) => (known.includes(code) ? t(`${kind}-${code}` as Key) : code);

export const clientWords = (code: string): string => said(CLIENTS, "client", code);
export const factorWords = (code: string): string => said(FACTORS, "factor", code);
export const outcomeWords = (code: string): string => said(OUTCOMES, "outcome", code);
