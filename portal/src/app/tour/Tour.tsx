/**
 * The guided tour (UX-4): goes through the sections of one's role and says what each is for. It stands beside the page
 * and never over it, so that the page can be used meanwhile; it can be left and taken up again at any step.
 */
import { useEffect, useRef } from "react";
import { useLocation } from "wouter";
import { dictionary, inLanguage } from "../../i18n";
import { Button, Notice } from "../../ui";
import type { Role } from "../roles";
import type { Route } from "../route";
import { ROUTES } from "../routes";
import { useSession } from "../session";
import { setProgress, useProgress } from "./progress";
import "./tour.css";

/** The steps of a role: its sections that have something to say. */
export const stepsOf = (role: Role): readonly Route[] =>
  ROUTES.filter((route) => route.nav && route.tour && route.roles !== "anybody" && route.roles.includes(role));

export function Tour() {
  const { me, standing } = useSession();
  return me && standing === "signed-in" ? <TourOf role={me.role} /> : null;
}

function TourOf({ role }: { role: Role }) {
  const { state, step } = useProgress(role);
  const [location] = useLocation();
  const steps = stepsOf(role);
  const here = steps[Math.min(step, steps.length - 1)];
  if (state === "going" && here) return <Step role={role} step={Math.min(step, steps.length - 1)} steps={steps} />;
  if (state === "never" && location === "/" && steps.length) return <Offer role={role} />;
  return null;
}

function Offer({ role }: { role: Role }) {
  const begin = () => setProgress(role, { state: "going", step: 0 });
  const later = () => setProgress(role, { state: "put-off", step: 0 });
  return (
    <aside className="tour no-print" aria-label={t("tour")}>
      <Notice
        title={t("offer")}
        actions={
          <>
            <Button onPress={begin}>{t("show")}</Button>
            <Button kind="plain" onPress={later}>
              {t("notNow")}
            </Button>
          </>
        }
      >
        {t("offerWhy")}
      </Notice>
    </aside>
  );
}

function Step({ role, step, steps }: { role: Role; step: number; steps: readonly Route[] }) {
  const [, go] = useLocation();
  const box = useRef<HTMLElement>(null);
  const here = steps[step] as Route;
  const last = step === steps.length - 1;
  useEffect(() => {
    go(here.path);
    box.current?.focus();
  }, [go, here.path]);
  const to = (next: number) => setProgress(role, { state: "going", step: next });
  return (
    <aside ref={box} className="tour no-print" aria-label={t("tour")} tabIndex={-1}>
      <Notice
        title={`${inLanguage(here.title)} · ${t("step", { n: step + 1, of: steps.length })}`}
        actions={
          <>
            {last ? (
              <Button onPress={() => setProgress(role, { state: "done", step: 0 })}>{t("finish")}</Button>
            ) : (
              <Button onPress={() => to(step + 1)}>{t("next")}</Button>
            )}
            {step > 0 && (
              <Button kind="secondary" onPress={() => to(step - 1)}>
                {t("back")}
              </Button>
            )}
            <Button kind="plain" onPress={() => setProgress(role, { state: "put-off", step })}>
              {t("later")}
            </Button>
          </>
        }
      >
        {here.tour && inLanguage(here.tour)}
      </Notice>
    </aside>
  );
}

const t = dictionary({
  ru: {
    tour: "Знакомство с кабинетом",
    offer: "Показать, как всё устроено?",
    offerWhy: "Пара минут: пройдём по разделам и расскажем, что где. Можно остановиться и продолжить позже.",
    show: "Показать",
    notNow: "Не сейчас",
    step: "{n} из {of}",
    next: "Дальше",
    back: "Назад",
    later: "Закончить позже",
    finish: "Готово",
  },
  en: {
    tour: "A tour of the portal",
    offer: "Shall we show you around?",
    offerWhy: "A couple of minutes: we go through the sections and say what is where. You can stop and go on later.",
    show: "Show me",
    notNow: "Not now",
    step: "{n} of {of}",
    next: "Next",
    back: "Back",
    later: "Finish later",
    finish: "Done",
  },
});
