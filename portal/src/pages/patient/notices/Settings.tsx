import { api } from "../../../api/client";
import { useRead } from "../../../api/queries";
import { typed } from "../../../api/typed";
import { useSession } from "../../../app/session";
import { dictionary, setLanguage } from "../../../i18n";
import { Card, Checkboxes, Form, More, Notice, Page, Radios, say, Section, Select, Shown, useForm } from "../../../ui";
import { TOPICS, type Channel, type Topic, type Wishes } from "./shapes";
import { channelName, topicName, t as words } from "./words";
import { RUSSIAN_ZONES, zoneChoices } from "./zones";

const CHANNELS: readonly Channel[] = ["sms", "email"];

/** How this person is told, when not, by which clock and in which language. */
export default function Settings() {
  const found = useRead(["profile-read"], () => typed<Wishes>(api.GET("/api/v1/me")));
  return (
    <Page title={t("title")} lead={t("lead")} up={{ to: "/notices", label: words("notices") }} width="text">
      <Shown of={found}>
        {(wishes) => <Wished key={found.dataUpdatedAt} wishes={wishes} again={() => void found.refetch()} />}
      </Shown>
    </Page>
  );
}

/** A topic that goes as everything else goes stands as "same". */
type Values = {
  channels: readonly string[];
  quiet: "yes" | "no";
  from: string;
  until: string;
  zone: string;
  language: string;
} & Record<Topic, string>;

const NIGHT = { from: "22:00", until: "08:00" };

const chosenOf = (channels: readonly Channel[] | undefined): string =>
  channels === undefined ? "same" : [...channels].sort().join("+") || "none";

function valuesOf(wishes: Wishes): Values {
  const hours = typeof wishes.quiet === "object" && wishes.quiet ? wishes.quiet : NIGHT;
  const topics = Object.fromEntries(TOPICS.map((topic) => [topic, chosenOf(wishes.topics[topic])])) as Record<
    Topic,
    string
  >;
  return {
    ...topics,
    channels: wishes.channels,
    quiet: wishes.quiet === "none" ? "no" : "yes",
    from: hours.from,
    until: hours.until,
    zone: wishes.zone,
    language: wishes.language,
  };
}

function bodyOf(values: Values) {
  const own = TOPICS.filter((topic) => values[topic] !== "same");
  return {
    channels: values.channels as Channel[],
    quiet: values.quiet === "no" ? ("none" as const) : { from: values.from, until: values.until },
    zone: values.zone,
    language: values.language as "ru" | "en",
    topics: Object.fromEntries(
      own.map((topic) => [topic, values[topic] === "none" ? [] : (values[topic].split("+") as Channel[])]),
    ),
  };
}

function Wished({ wishes, again }: { wishes: Wishes; again: () => void }) {
  const { refresh } = useSession();
  const form = useForm(valuesOf(wishes), (values) => api.PATCH("/api/v1/me", { body: bodyOf(values) }), {
    done: () => {
      setLanguage(form.values.language === "en" ? "en" : "ru");
      say(t("saved"));
      again();
      void refresh();
    },
  });
  const quiet = form.field("quiet");
  const zones = RUSSIAN_ZONES.includes(wishes.zone)
    ? zoneChoices()
    : [...zoneChoices(), { value: wishes.zone, label: wishes.zone }];
  return (
    <Card>
      <Form form={form} submit={t("save")}>
        <Notice>{t("cabinet")}</Notice>
        <Checkboxes
          {...form.field("channels")}
          label={t("channels")}
          hint={t("channelsHint")}
          choices={CHANNELS.map((value) => ({ value, label: channelName(value) }))}
        />
        <More title={t("byTopic")}>
          <div className="stack">
            {TOPICS.map((topic) => (
              <Select key={topic} {...form.field(topic)} label={topicName(topic)} choices={waysOf(topic)} />
            ))}
            <p className="quiet">{t("securityWhy")}</p>
          </div>
        </More>
        <Radios
          {...quiet}
          onChange={(value) => quiet.onChange(value as "yes" | "no")}
          label={t("quiet")}
          hint={t("quietHint")}
          choices={[
            { value: "yes", label: t("quietYes") },
            { value: "no", label: t("quietNo") },
          ]}
        />
        {form.values.quiet === "yes" && (
          <Section title={t("hours")}>
            <div className="row">
              <Select {...form.field("from")} label={t("from")} choices={hoursWith(wishes)} />
              <Select {...form.field("until")} label={t("until")} choices={hoursWith(wishes)} />
            </div>
          </Section>
        )}
        <Select {...form.field("zone")} label={t("zone")} hint={t("zoneHint")} choices={zones} />
        <Radios
          {...form.field("language")}
          label={t("language")}
          choices={[
            { value: "ru", label: "Русский" },
            { value: "en", label: "English" },
          ]}
        />
      </Form>
    </Card>
  );
}

/** Whole hours, and what was chosen before. */
function hoursWith({ quiet }: Wishes) {
  const whole = Array.from({ length: 24 }, (_, hour) => `${String(hour).padStart(2, "0")}:00`);
  const chosen = typeof quiet === "object" && quiet ? [quiet.from, quiet.until] : [];
  return [...new Set([...whole, ...chosen])].sort().map((value) => ({ value, label: value }));
}

/** Of security something always goes outside: its notices tell of somebody else's doings. */
const waysOf = (topic: Topic) => [
  { value: "same", label: t("same") },
  { value: "sms", label: t("onlySms") },
  { value: "email", label: t("onlyEmail") },
  { value: "email+sms", label: t("both") },
  ...(topic === "security" ? [] : [{ value: "none", label: t("nowhere") }]),
];

const t = dictionary({
  ru: {
    title: "Как вам сообщать",
    lead: "В СМС и письмах нет диагнозов и имён: только то, что в кабинете есть новое.",
    cabinet: "В кабинете, в разделе «Уведомления», вы увидите всё в любом случае.",
    channels: "Куда ещё сообщать",
    channelsHint: "По СМС приходит только срочное, остальное – письмом.",
    byTopic: "Настроить по темам",
    same: "Как указано выше",
    onlySms: "Только СМС",
    onlyEmail: "Только письмо",
    both: "СМС и письмо",
    nowhere: "Только в кабинете",
    securityWhy: "О безопасности мы сообщаем всегда: так вы узнаете, если в карту войдёт кто-то чужой.",
    quiet: "Не беспокоить ночью?",
    quietHint: "Напоминания о лекарствах и сообщения о безопасности приходят и в тихие часы.",
    quietYes: "Да, не беспокоить",
    quietNo: "Нет, сообщать в любое время",
    hours: "Тихие часы",
    from: "С",
    until: "До",
    zone: "Ваше время",
    zoneHint: "По этим часам приходят напоминания.",
    language: "Язык уведомлений и портала",
    save: "Сохранить",
    saved: "Сохранено",
  },
  en: {
    title: "How you are told",
    lead: "SMS and e-mails have no diagnoses and no names: only that something new is here.",
    cabinet: "You see everything here, in “Notices”, in any case.",
    channels: "Where else to tell you",
    channelsHint: "By SMS only what is urgent goes, the rest by e-mail.",
    byTopic: "Choose by topic",
    same: "As said above",
    onlySms: "SMS only",
    onlyEmail: "E-mail only",
    both: "SMS and e-mail",
    nowhere: "Here only",
    securityWhy: "Of security you are always told: that is how you learn if somebody else enters your card.",
    quiet: "Shall we keep quiet at night?",
    quietHint: "Reminders of medicines and notices of security come in quiet hours too.",
    quietYes: "Yes, keep quiet",
    quietNo: "No, tell me at any time",
    hours: "Quiet hours",
    from: "From",
    until: "Until",
    zone: "Your time",
    zoneHint: "Reminders come by this clock.",
    language: "Language of notices and of the portal",
    save: "Save",
    saved: "Saved",
  },
});
