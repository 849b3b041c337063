import { useLocation } from "wouter";
import { api } from "../../../api/client";
import type { Problem } from "../../../api/problems";
import { dictionary } from "../../../i18n";
import { Button, ButtonLink, Card, Facts, Form, Notice, TextArea, useForm } from "../../../ui";
import { visitsChanged } from "./changes";
import { ReferralField } from "./ReferralField";
import type { FreeTime } from "./shapes";
import { otherClock, visitMoment } from "./times";
import { t as words } from "./words";

type Props = {
  time: FreeTime;
  /** Another time of the same doctor, when this one was taken meanwhile. */ instead: (
    start: string,
    end: string,
  ) => void;
  back: () => void;
};

export function ConfirmBooking({ time, instead, back }: Props) {
  const [, go] = useLocation();
  const { schedule, start, end, zone } = time;
  const form = useForm(
    { reason: "", referral_id: "" },
    async (values, key) =>
      (
        await api.POST("/api/v1/me/appointments", {
          body: { ...values, schedule_id: schedule.schedule_id, start },
          headers: key,
        })
      ).data,
    {
      done: (made) => {
        visitsChanged();
        go(`/appointments/${(made as { id: string }).id}`, { replace: true, state: { booked: true } });
      },
    },
  );
  const length = Date.parse(end) - Date.parse(start);
  return (
    <Card>
      <Facts
        facts={[
          [words("when"), visitMoment(start, zone)],
          [words("doctor"), `${schedule.doctor}, ${schedule.position}`],
          [words("where"), schedule.organisation.name],
          [words("room"), schedule.room],
        ]}
      />
      {otherClock(start, zone) && <p>{otherClock(start, zone)}</p>}
      <Form
        form={form}
        submit={t("book")}
        actions={
          <Button kind="plain" onPress={back}>
            {t("anotherTime")}
          </Button>
        }
      >
        {form.problem && (
          <Instead
            problem={form.problem}
            zone={zone}
            choose={(moment) => instead(moment, new Date(Date.parse(moment) + length).toISOString())}
          />
        )}
        {schedule.referral && <ReferralField {...form.field("referral_id")} />}
        <TextArea
          {...form.field("reason")}
          label={words("reason")}
          hint={words("reasonHint")}
          optional
          maxLength={1000}
          rows={3}
        />
      </Form>
      <p className="quiet">{t("cancelUntil", { n: schedule.cancel_hours })}</p>
    </Card>
  );
}

/** The way on from a refusal: near times where somebody was quicker, one's own visits where they are in the way. */
function Instead({ problem, zone, choose }: { problem: Problem; zone: string; choose: (start: string) => void }) {
  const nearest = problem.extra["nearest"];
  if (Array.isArray(nearest) && nearest.length > 0) {
    const actions = (nearest as string[]).map((moment) => (
      <Button key={moment} kind="secondary" onPress={() => choose(moment)}>
        {visitMoment(moment, zone)}
      </Button>
    ));
    return <Notice title={t("near")} actions={actions} />;
  }
  if (problem.code !== "too-many-open" && problem.code !== "own-overlap") return null;
  return (
    <div>
      <ButtonLink to="/appointments">{t("mine")}</ButtonLink>
    </div>
  );
}

const t = dictionary({
  ru: {
    book: "Записаться",
    anotherTime: "Выбрать другое время",
    near: "Рядом свободно у этого же врача:",
    mine: "Посмотреть мои записи",
    cancelUntil: {
      one: "Перенести или отменить можно не позже чем за {n} час до приёма.",
      few: "Перенести или отменить можно не позже чем за {n} часа до приёма.",
      many: "Перенести или отменить можно не позже чем за {n} часов до приёма.",
      other: "Перенести или отменить можно не позже чем за {n} часа до приёма.",
    },
  },
  en: {
    book: "Book",
    anotherTime: "Choose another time",
    near: "Near times of the same doctor:",
    mine: "See my appointments",
    cancelUntil: {
      one: "You can move or cancel it until {n} hour before the visit.",
      other: "You can move or cancel it until {n} hours before the visit.",
    },
  },
});
