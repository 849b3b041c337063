import { dictionary } from "../../i18n";
import { ButtonLink, More, Notice, Page, Section } from "../../ui";

const QUESTIONS = ["card", "who", "share", "wrong", "child", "lost", "offline", "prescription"] as const;

/** Answers to what people ask first. Nothing here replaces a doctor. */
export default function Help() {
  return (
    <Page title={t("title")} width="text">
      <Notice tone="warn" title={t("emergency")}>
        {t("emergencyHow")}
      </Notice>
      <Section title={t("questions")}>
        <div>
          {QUESTIONS.map((one) => (
            <More key={one} title={t(`q-${one}`)}>
              <p>{t(`a-${one}`)}</p>
            </More>
          ))}
        </div>
      </Section>
      <Section title={t("still")}>
        <p>{t("stillHow")}</p>
        <div className="row">
          <ButtonLink to="/support">{t("write")}</ButtonLink>
          <ButtonLink to="/tour" kind="plain">
            {t("tour")}
          </ButtonLink>
        </div>
      </Section>
    </Page>
  );
}

const t = dictionary({
  ru: {
    title: "Помощь",
    emergency: "Если плохо прямо сейчас, звоните 103 или 112",
    emergencyHow: "Медкарта не заменяет скорую помощь: сообщения в ней могут прочитать не сразу.",
    questions: "Частые вопросы",
    "q-card": "Как открыть медкарту?",
    "a-card": "Зарегистрируйтесь, подтвердите личность (через «Госуслуги», банк, электронной подписью, сканом паспорта или в клинике) и подайте заявление на главной странице. О решении придёт уведомление.",
    "q-who": "Кто видит мою карту?",
    "a-who": "Только те, кому вы дали согласие, и врач скорой помощи в неотложном случае. Каждый просмотр записан в разделе «Кто смотрел мою карту», и эту запись нельзя незаметно изменить.",
    "q-share": "Как показать записи другому врачу?",
    "a-share": "В разделе «Доступ к карте» создайте ссылку с паролем: выберите записи и срок. Ссылку можно отозвать одним нажатием.",
    "q-wrong": "В карте ошибка. Что делать?",
    "a-wrong": "Напишите врачу, который сделал запись, в разделе «Переписка», или скажите на приёме: он исправит её. Прежний вид записи сохраняется, исправление видно. Имя и паспорт меняют в разделе «Обращения».",
    "q-child": "Как вести карту ребёнка?",
    "a-child": "Подайте заявление законного представителя в разделе «Семья» с документом. После решения переключайтесь на карту ребёнка вверху страницы.",
    "q-lost": "Я потерял телефон",
    "a-lost": "Войдите по запасному коду и смените телефон. Если кодов нет, придите с паспортом к оператору в клинике. Если телефон украли, скажите об этом: вход закроют сразу.",
    "q-offline": "Работает ли медкарта без интернета?",
    "a-offline": "Да, если включить её на своём устройстве в разделе «Работа без связи». Записи хранятся зашифрованными; новые записи отправятся, когда появится связь.",
    "q-prescription": "Как показать рецепт в аптеке?",
    "a-prescription": "Откройте рецепт и нажмите «Показать код». Аптека считает его с экрана; в коде нет вашего имени и диагноза.",
    still: "Не нашли ответ?",
    stillHow: "Напишите нам после входа, мы ответим в кабинете.",
    write: "Написать в поддержку",
    tour: "Показать, как всё устроено",
  },
  en: {
    title: "Help",
    emergency: "If it is urgent, call 103 or 112",
    emergencyHow: "The medical card does not replace an ambulance: messages may not be read at once.",
    questions: "What people ask",
    "q-card": "How do I open my card?",
    "a-card": "Register, confirm who you are (through the state portal, a bank, an electronic signature, a scan of your passport or at a clinic) and apply on the start page. You will be told of the decision.",
    "q-who": "Who sees my card?",
    "a-who": "Only those to whom you gave consent, and an ambulance doctor in an emergency. Each access is recorded under “Who looked at my card”, and that record cannot be changed unnoticed.",
    "q-share": "How do I show records to another doctor?",
    "a-share": "Under “Access to my card” make a link with a passcode: choose records and until when. You can revoke it with one press.",
    "q-wrong": "There is a mistake in my card",
    "a-wrong": "Write to the doctor who made the record under “Messages”, or say so at the visit: they correct it. Its earlier form is kept, and the correction is visible. Name and passport are changed under “Requests”.",
    "q-child": "How do I keep my child's card?",
    "a-child": "Apply as legal representative under “Family” with a document. After the decision switch to the child's card at the top of the page.",
    "q-lost": "I lost my phone",
    "a-lost": "Sign in with a recovery code and change the phone. Without codes come to the identity desk with your passport. If it was stolen, say so: sign-in is closed at once.",
    "q-offline": "Does it work without internet?",
    "a-offline": "Yes, if you switch on off-line access on your own device under “Without a connection”. Records are kept encrypted; new entries are sent when the connection is back.",
    "q-prescription": "How do I show a prescription at a pharmacy?",
    "a-prescription": "Open the prescription and press “Show the code”. The pharmacy scans the screen; the code has neither your name nor your diagnosis.",
    still: "No answer found?",
    stillHow: "Write to us after signing in; we answer in your account.",
    write: "Write to support",
    tour: "Show me around",
  },
});
