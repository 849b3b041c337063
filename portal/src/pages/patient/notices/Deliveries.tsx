import { api } from "../../../api/client";
import { usePages } from "../../../api/queries";
import { typed } from "../../../api/typed";
import { useMe } from "../../../app/session";
import { dictionary } from "../../../i18n";
import { dayAndTime } from "../../../i18n/dates";
import { Empty, List, Page, Tag } from "../../../ui";
import type { Delivery } from "./shapes";
import { channelName, t as words } from "./words";

const TONES = {
  queued: "info",
  held: "info",
  limited: "warn",
  sent: "good",
  delivered: "good",
  failed: "bad",
  dropped: "quiet",
} as const;
const REASONS = ["no-address", "not-told", "unavailable", "unknown", "refused", "returned"] as const;

/** What went outside, by which way, and what became of it. The texts themselves stay in the cabinet. */
export default function Deliveries() {
  const me = useMe();
  const found = usePages(["delivery-list", me.person_id], (query) =>
    typed<{ items: Delivery[]; next?: string }>(api.GET("/api/v1/me/deliveries", { params: { query } })),
  );
  return (
    <Page title={t("title")} lead={t("lead")} up={{ to: "/notices", label: words("notices") }} width="text">
      <List
        of={found}
        keyOf={(one) => `${one.notice}/${one.channel}/${one.at}`}
        label={t("title")}
        empty={
          <Empty title={t("none")}>
            <p>{t("noneWhy")}</p>
          </Empty>
        }
      >
        {(one) => (
          <>
            <div className="row-between">
              <p>
                <strong>{channelName(one.channel)}</strong>
              </p>
              <Tag tone={TONES[one.state]}>{t(one.state)}</Tag>
            </div>
            <p className="quiet">{dayAndTime(one.at)}</p>
            {one.until && one.state === "held" && <p>{t("until", { when: dayAndTime(one.until) })}</p>}
            {one.reason && <p>{why(one.reason)}</p>}
          </>
        )}
      </List>
    </Page>
  );
}

const why = (reason: string): string => WHY(REASONS.find((known) => known === reason) ?? "other");

const t = dictionary({
  ru: {
    title: "Что отправлено",
    lead: "СМС и письма, которые мы вам отправляли, сначала новые. В них нет медицинских сведений: только то, что в кабинете есть новое.",
    none: "Ничего ещё не отправляли",
    noneWhy: "Выберите в настройках, как вам сообщать: по СМС или почтой.",
    queued: "отправляется",
    held: "ждёт утра",
    limited: "слишком много за день",
    sent: "отправлено",
    delivered: "доставлено",
    failed: "не доставлено",
    dropped: "не отправлялось",
    until: "Отправим: {when}",
  },
  en: {
    title: "What was sent",
    lead: "SMS and e-mails that we sent you, newest first. They say nothing medical: only that something new is here.",
    none: "Nothing was sent yet",
    noneWhy: "Choose in the settings how you are told: by SMS or by e-mail.",
    queued: "on its way",
    held: "waits for the morning",
    limited: "too many in a day",
    sent: "sent",
    delivered: "delivered",
    failed: "not delivered",
    dropped: "not sent",
    until: "Goes: {when}",
  },
});

const WHY = dictionary<(typeof REASONS)[number] | "other">({
  ru: {
    "no-address": "Не указан телефон или адрес почты.",
    "not-told": "Вы больше не просите об этом сообщать.",
    unavailable: "Служба отправки не отвечала.",
    unknown: "Служба отправки не подтвердила отправку.",
    refused: "Номер или адрес не принимает сообщений. Проверьте, правильно ли он указан.",
    returned: "Такого адреса нет, письмо вернулось. Проверьте, правильно ли он указан.",
    other: "Сообщение не дошло.",
  },
  en: {
    "no-address": "There is no phone number or e-mail address.",
    "not-told": "You no longer ask to be told of this.",
    unavailable: "The sending service did not answer.",
    unknown: "The sending service did not confirm it.",
    refused: "The number or address takes no messages. Check whether it is right.",
    returned: "There is no such address, and the e-mail came back. Check whether it is right.",
    other: "The message did not arrive.",
  },
});
