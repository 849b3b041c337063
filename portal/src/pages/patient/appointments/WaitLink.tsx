import { useLocation } from "wouter";
import { dictionary } from "../../../i18n";
import { Button, Notice } from "../../../ui";
import type { Wanted } from "./FreeTimes";
import type { Schedule } from "./shapes";

/** What one waits for: a doctor, or any doctor of a specialty in a clinic. */
export type Target = { name: string; scheduleId: string } | { name: string; organisation: string; specialty: string };

const MOST_BUTTONS = 3;

/** No time that suits: the waiting list, for this doctor or for the specialty in the clinics that have it. */
export function WaitLink({
  wanted,
  doctors,
  scheduleId,
}: {
  wanted: Wanted;
  doctors: readonly Schedule[];
  scheduleId: string;
}) {
  const [, go] = useLocation();
  const chosen = doctors.find((one) => one.schedule_id === scheduleId);
  const clinics = [...new Map(doctors.map(({ organisation }) => [organisation.id, organisation])).values()];
  const targets: Target[] = chosen
    ? [{ name: chosen.doctor, scheduleId: chosen.schedule_id }]
    : clinics.map(({ id, name }) => ({
        name: `${wanted.name}, ${name}`,
        organisation: id,
        specialty: wanted.specialty,
      }));
  if (!targets.length) return null;
  if (targets.length > MOST_BUTTONS) return <Notice title={t("title")}>{t("chooseDoctor")}</Notice>;
  const actions = targets.map((target) => (
    <Button key={target.name} kind="secondary" onPress={() => go("/appointments/waiting", { state: target })}>
      {targets.length > 1 ? `${t("join")}: ${target.name}` : t("join")}
    </Button>
  ));
  return (
    <Notice title={t("title")} actions={actions}>
      {t("why")}
    </Notice>
  );
}

const t = dictionary({
  ru: {
    title: "Нет подходящего времени?",
    why: "Встаньте в лист ожидания. Когда кто-то отменит приём, мы предложим это время вам и пришлём уведомление.",
    join: "Встать в лист ожидания",
    chooseDoctor: "Выберите выше врача: тогда можно встать в лист ожидания к нему.",
  },
  en: {
    title: "No time that suits you?",
    why: "Join the waiting list. When somebody cancels, we offer you that time and send you a notice.",
    join: "Join the waiting list",
    chooseDoctor: "Choose a doctor above: then you can wait for a time with them.",
  },
});
