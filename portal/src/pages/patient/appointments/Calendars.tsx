import { useState } from "react";
import { api } from "../../../api/client";
import { useChange, useRead } from "../../../api/queries";
import { typed } from "../../../api/typed";
import { useMe } from "../../../app/session";
import { currentLanguage, dictionary } from "../../../i18n";
import { dayAndTime } from "../../../i18n/dates";
import {
  Button,
  Card,
  Confirm,
  Empty,
  Form,
  Notice,
  Page,
  ProblemBox,
  Radios,
  say,
  Section,
  Shown,
  useForm,
} from "../../../ui";
import { t as words } from "./words";
import "./appointments.css";

type Detail = "times" | "places";
type Feed = { id: string; detail: Detail; language: string; created_at: string };

/** Addresses at which a calendar program reads the visits. An address is shown once: whoever has it reads them. */
export default function Calendars() {
  const me = useMe();
  const [address, setAddress] = useState("");
  const found = useRead(["calendar-list", me.person_id], () =>
    typed<{ items: Feed[] }>(api.GET("/api/v1/me/calendars")),
  );
  return (
    <Page title={t("title")} lead={t("lead")} up={{ to: "/appointments", label: words("appointments") }} width="text">
      {address ? (
        <Made address={address} close={() => setAddress("")} />
      ) : (
        <Make made={(url) => (setAddress(url), void found.refetch())} />
      )}
      <Section title={t("feeds")}>
        <Shown of={found}>
          {({ items }) =>
            items.length === 0 ? (
              <Empty title={t("none")}>
                <p>{t("noneWhy")}</p>
              </Empty>
            ) : (
              <ul className="plain-list list" aria-label={t("feeds")}>
                {items.map((feed) => (
                  <li key={feed.id} className="list-item">
                    <p>
                      {feed.detail === "places" ? t("places") : t("times")}
                      <br />
                      <span className="quiet">{t("madeOn", { when: dayAndTime(feed.created_at) })}</span>
                    </p>
                    <Revoke feed={feed} />
                  </li>
                ))}
              </ul>
            )
          }
        </Shown>
      </Section>
    </Page>
  );
}

function Make({ made }: { made: (address: string) => void }) {
  const form = useForm(
    { detail: "times" },
    async ({ detail }, key) =>
      (
        await api.POST("/api/v1/me/calendars", {
          body: { detail: detail as Detail, language: currentLanguage(), schedules: [] },
          headers: key,
        })
      ).data,
    { done: (answer) => made((answer as { url: string }).url) },
  );
  const choices = [
    { value: "times", label: t("times"), hint: t("timesHint") },
    { value: "places", label: t("places"), hint: t("placesHint") },
  ];
  return (
    <Card>
      <Form form={form} submit={t("make")}>
        <Radios {...form.field("detail")} label={t("what")} choices={choices} />
      </Form>
    </Card>
  );
}

function Made({ address, close }: { address: string; close: () => void }) {
  const [copied, setCopied] = useState(false);
  const copy = () =>
    void navigator.clipboard.writeText(address).then(
      () => (setCopied(true), say(t("copied"))),
      () => say(t("notCopied")),
    );
  return (
    <Notice tone="good" live title={t("made")}>
      <div className="stack">
        <p>{t("once")}</p>
        <p className="address">{address}</p>
        <div className="row">
          <Button onPress={copy}>{copied ? t("copied") : t("copy")}</Button>
          <Button kind="plain" onPress={close}>
            {t("ready")}
          </Button>
        </div>
        <p>{t("how")}</p>
      </div>
    </Notice>
  );
}

function Revoke({ feed }: { feed: Feed }) {
  const [asked, setAsked] = useState(false);
  const revoke = useChange(
    () => api.DELETE("/api/v1/me/calendars/{feed_id}", { params: { path: { feed_id: feed.id } } }),
    [["calendar-list"]],
  );
  return (
    <div>
      <Button kind="danger" onPress={() => setAsked(true)} label={t("revokeOf", { when: dayAndTime(feed.created_at) })}>
        {t("revoke")}
      </Button>
      <Confirm
        danger
        title={t("revokeSure")}
        yes={t("revokeYes")}
        open={asked}
        busy={revoke.isPending}
        onYes={() => revoke.mutate(undefined, { onSuccess: () => say(t("revoked")) })}
        onClose={() => setAsked(false)}
      >
        {revoke.error && <ProblemBox problem={revoke.error} />}
        <p>{t("revokeWhat")}</p>
      </Confirm>
    </div>
  );
}

const t = dictionary({
  ru: {
    title: "Записи в календаре",
    lead: "Календарь телефона или компьютера может сам показывать ваши записи к врачу. Для этого создайте адрес и вставьте его в календарь.",
    what: "Что показывать в календаре?",
    times: "Только время приёма",
    timesHint: "В календаре будет слово «Приём». Кто увидит ваш календарь, не узнает, к какому врачу вы идёте.",
    places: "Время, врач и клиника",
    placesHint: "Удобнее, но это увидит каждый, кто видит ваш календарь. Мы попросим подтвердить, что это вы.",
    make: "Создать адрес",
    made: "Адрес готов",
    once: "Скопируйте его сейчас: второй раз мы его не покажем. Никому не передавайте: кто знает адрес, видит ваши записи.",
    copy: "Скопировать адрес",
    copied: "Скопировано",
    notCopied: "Не получилось скопировать. Выделите адрес и скопируйте его сами.",
    ready: "Готово",
    how: "В календаре найдите «Подписаться на календарь» или «Добавить по адресу» и вставьте туда этот адрес.",
    feeds: "Ваши адреса",
    none: "Адресов пока нет",
    noneWhy: "Созданные адреса видны здесь. Любой из них можно отключить.",
    madeOn: "Создан {when}",
    revoke: "Отключить",
    revokeOf: "Отключить адрес, созданный {when}",
    revokeSure: "Отключить адрес?",
    revokeYes: "Да, отключить",
    revokeWhat: "Календарь, который читает этот адрес, перестанет получать ваши записи.",
    revoked: "Адрес отключён",
  },
  en: {
    title: "Visits in a calendar",
    lead: "The calendar of your phone or computer can show your visits by itself. Make an address and paste it into the calendar.",
    what: "What shall the calendar show?",
    times: "The time of the visit alone",
    timesHint: "The calendar says “Visit”. Whoever sees it does not learn which doctor you see.",
    places: "Time, doctor and clinic",
    placesHint: "Handier, but seen by everybody who sees your calendar. We ask you to confirm that it is you.",
    make: "Make an address",
    made: "The address is ready",
    once: "Copy it now: we do not show it again. Give it to nobody: whoever knows it sees your visits.",
    copy: "Copy the address",
    copied: "Copied",
    notCopied: "It could not be copied. Select the address and copy it yourself.",
    ready: "Done",
    how: "In your calendar look for “Subscribe to a calendar” or “Add by URL”, and paste this address there.",
    feeds: "Your addresses",
    none: "There are no addresses yet",
    noneWhy: "Addresses that you make are listed here. You can switch off any of them.",
    madeOn: "Made {when}",
    revoke: "Switch off",
    revokeOf: "Switch off the address made {when}",
    revokeSure: "Switch off the address?",
    revokeYes: "Yes, switch off",
    revokeWhat: "The calendar that reads this address gets your visits no more.",
    revoked: "The address is switched off",
  },
});
