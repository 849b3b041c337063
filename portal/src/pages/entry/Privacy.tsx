import { dictionary } from "../../i18n";
import { Notice, Page, Section } from "../../ui";

const PARTS = ["keys", "consent", "journal", "device", "outside", "not"] as const;

/** What is promised and what is not, in plain words; docs/security.md has the whole. */
export default function Privacy() {
  return (
    <Page title={t("title")} width="text">
      <Notice>{t("short")}</Notice>
      {PARTS.map((part) => (
        <Section key={part} title={t(`h-${part}`)}>
          <p>{t(`p-${part}`)}</p>
        </Section>
      ))}
    </Page>
  );
}

const t = dictionary({
  ru: {
    title: "Как защищены данные",
    short: "Коротко: ваши записи зашифрованы вашими ключами, без вашего согласия их не видит врач, каждый просмотр записан, и вы можете это проверить.",
    "h-keys": "Ваши ключи",
    "p-keys": "Содержание карты каждого человека зашифровано отдельными ключами. Если по вашему заявлению ключи уничтожены, прочитать записи больше не может никто, и мы тоже.",
    "h-consent": "Согласие",
    "p-consent": "Врач ничего не видит, пока вы не согласились. Вы выбираете, какие разделы и до какого дня. Отозвать согласие можно в любой момент, и оно перестаёт действовать сразу.",
    "h-journal": "Журнал доступа",
    "p-journal": "Запись о доступе делается до того, как что-то показано. Без записи нет данных. Журнал проверяется прямо в вашем браузере, не полагаясь на наши слова.",
    "h-device": "На этом устройстве",
    "p-device": "Без вашего решения на устройстве не остаётся ничего, что можно прочитать. При выходе стирается и зашифрованное.",
    "h-outside": "СМС и письма",
    "p-outside": "В них нет медицинских сведений: только просьба заглянуть в кабинет.",
    "h-not": "Чего мы не обещаем",
    "p-not": "Мы не можем защитить от того, кто смотрит на ваш экран или знает ваш пароль и держит ваш телефон. Журнал показывает, что записи не изменены; он не может показать доступ в обход системы, если такой был.",
  },
  en: {
    title: "How your data is protected",
    short: "In short: your records are encrypted with keys of your own, a doctor sees nothing without your consent, every access is recorded, and you can check that.",
    "h-keys": "Your keys",
    "p-keys": "The content of each person's card is encrypted with keys of its own. When they are destroyed at your request, nobody can read the records any more, nor can we.",
    "h-consent": "Consent",
    "p-consent": "A doctor sees nothing until you agree. You choose which sections and until when. You can revoke it at any time, and it ends at once.",
    "h-journal": "Access journal",
    "p-journal": "An access is recorded before anything is shown. No record, no data. The journal is checked in your own browser, without trusting our word.",
    "h-device": "On this device",
    "p-device": "Without your decision nothing readable stays on the device. Signing out erases what is encrypted, too.",
    "h-outside": "SMS and e-mail",
    "p-outside": "They have no medical content: only the wish that you look into your account.",
    "h-not": "What we do not promise",
    "p-not": "We cannot protect you from somebody who looks at your screen, or who knows your password and holds your phone. The journal shows that its entries were not changed; it cannot show an access around the system, if there was one.",
  },
});
