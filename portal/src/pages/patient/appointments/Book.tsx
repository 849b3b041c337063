import { useLocation } from "wouter";
import { useHistoryState } from "wouter/use-browser-location";
import { dictionary } from "../../../i18n";
import { Page } from "../../../ui";
import { ChooseDoctor } from "./ChooseDoctor";
import { ConfirmBooking } from "./ConfirmBooking";
import { FreeTimes, type Wanted } from "./FreeTimes";
import type { FreeTime } from "./shapes";
import { t as words } from "./words";

type Step = { wanted?: Wanted; time?: FreeTime };

/**
 * Booking, one question a page: to whom, when, right so? What was chosen lies in the history entry, so that "back" of
 * the browser goes one question back; it does not stand in the address.
 */
export default function Book() {
  const { wanted, time } = useHistoryState<Step | null>() ?? {};
  const [, go] = useLocation();
  const step = (chosen: Step, replace = false) => go("/appointments/new", { state: chosen, replace });
  const up = { to: "/appointments", label: words("appointments") };
  if (!wanted) {
    return (
      <Page key="who" title={t("who")} lead={t("step", { n: 1 })} up={up}>
        <ChooseDoctor choose={(chosen) => step({ wanted: chosen })} />
      </Page>
    );
  }
  if (!time) {
    return (
      <Page key="when" title={t("when")} lead={`${t("step", { n: 2 })} ${wanted.name}`} up={up}>
        <FreeTimes wanted={wanted} choose={(chosen) => step({ wanted, time: chosen })} />
      </Page>
    );
  }
  return (
    <Page key="confirm" title={t("confirm")} lead={t("step", { n: 3 })} up={up} width="text">
      <ConfirmBooking
        key={time.start}
        time={time}
        instead={(start, end) => step({ wanted, time: { ...time, start, end } }, true)}
        back={() => step({ wanted })}
      />
    </Page>
  );
}

const t = dictionary({
  ru: {
    who: "К кому записаться?",
    when: "Когда вам удобно?",
    confirm: "Проверьте и подтвердите",
    step: "Шаг {n} из 3.",
  },
  en: {
    who: "Whom do you want to see?",
    when: "When does it suit you?",
    confirm: "Check and confirm",
    step: "Step {n} of 3.",
  },
});
