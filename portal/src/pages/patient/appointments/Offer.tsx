import { useEffect, useState } from "react";
import { useLocation } from "wouter";
import { api } from "../../../api/client";
import { useChange } from "../../../api/queries";
import { ifMatch } from "../../../api/typed";
import { dictionary } from "../../../i18n";
import { Button, Form, Notice, ProblemBox, say, TextArea, useForm } from "../../../ui";
import { visitsChanged } from "./changes";
import { ReferralField } from "./ReferralField";
import type { WaitingEntry } from "./shapes";
import { left, otherClock, visitMoment } from "./times";
import { t as words } from "./words";

type Props = { entry: WaitingEntry; offer: NonNullable<WaitingEntry["offer"]>; referral: boolean; doctor: string };

const TICK = 30_000; // milliseconds between two looks at the clock

/** A freed time that is held for this person, and how long. Over, it may still be answered: the API decides. */
export function Offer({ entry, offer, referral, doctor }: Props) {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const ticking = setInterval(() => setNow(Date.now()), TICK);
    return () => clearInterval(ticking);
  }, []);
  const over = Date.parse(offer.held_until) <= now;
  return (
    <Notice tone={over ? "info" : "warn"} title={t("offered", { when: visitMoment(offer.start, offer.zone) })}>
      <div className="stack">
        {doctor && <p>{doctor}</p>}
        {otherClock(offer.start, offer.zone) && <p>{otherClock(offer.start, offer.zone)}</p>}
        {over ? (
          <p>{t("over")}</p>
        ) : (
          <>
            <p>{t("held", { when: visitMoment(offer.held_until, offer.zone), left: left(offer.held_until, now) })}</p>
            <Answer entry={entry} referral={referral} />
          </>
        )}
      </div>
    </Notice>
  );
}

function Answer({ entry, referral }: { entry: WaitingEntry; referral: boolean }) {
  const [, go] = useLocation();
  const path = { entry_id: entry.id };
  const form = useForm(
    { reason: "", referral_id: "" },
    async (values, key) =>
      (
        await api.POST("/api/v1/me/waiting-list/{entry_id}/acceptance", {
          params: { path },
          body: values,
          headers: { ...key, ...ifMatch(entry.version) },
        })
      ).data,
    {
      done: (made) => {
        visitsChanged();
        go(`/appointments/${(made as { id: string }).id}`, { state: { booked: true } });
      },
    },
  );
  const decline = useChange(() =>
    api.POST("/api/v1/me/waiting-list/{entry_id}/refusal", { params: { path }, headers: ifMatch(entry.version) }),
  );
  const no = () =>
    decline.mutate(undefined, {
      onSuccess: () => {
        say(t("declined"));
        visitsChanged();
      },
    });
  return (
    <Form
      form={form}
      submit={t("accept")}
      actions={
        <Button kind="secondary" busy={decline.isPending} onPress={no}>
          {t("decline")}
        </Button>
      }
    >
      {decline.error && <ProblemBox problem={decline.error} />}
      {referral && <ReferralField {...form.field("referral_id")} />}
      <TextArea
        {...form.field("reason")}
        label={words("reason")}
        hint={words("reasonHint")}
        optional
        maxLength={1000}
        rows={2}
      />
    </Form>
  );
}

const t = dictionary({
  ru: {
    offered: "Освободилось время: {when}",
    held: "Держим его для вас до: {when}. Осталось: {left}.",
    over: "Время на ответ прошло, приём предложен следующему. Ваше место в очереди сохраняется, если вы ждёте дальше.",
    accept: "Записаться на это время",
    decline: "Не подходит, ждать дальше",
    declined: "Ждём другое время",
  },
  en: {
    offered: "A time has come free: {when}",
    held: "We hold it for you until: {when}. Left: {left}.",
    over: "The time to answer has passed, and the visit is offered to the next person. You keep your place if you wait on.",
    accept: "Book this time",
    decline: "It does not suit, wait on",
    declined: "Waiting for another time",
  },
});
