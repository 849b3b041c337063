import { currentLanguage } from "../i18n";

/** "12 ноября, 14:05" */
export function moment(at: number): string {
  const language = currentLanguage();
  const date = new Intl.DateTimeFormat(language, { day: "numeric", month: "long" }).format(at);
  const time = new Intl.DateTimeFormat(language, { hour: "numeric", minute: "2-digit" }).format(at);
  return `${date}, ${time}`;
}
