import { dictionary, inLanguage } from "../../i18n";
import { Button, Card, Page } from "../../ui";
import { useMe } from "../session";
import { setProgress, useProgress } from "./progress";
import { stepsOf } from "./Tour";

/** Where the tour is begun again, or taken up where it was left; and all that it says, for reading. */
export default function TourPage() {
  const { role } = useMe();
  const { state, step } = useProgress(role);
  const steps = stepsOf(role);
  const begin = (from: number) => setProgress(role, { state: "going", step: from });
  return (
    <Page title={t("title")} lead={t("lead")} width="text">
      <div className="row">
        {state === "put-off" && step > 0 ? (
          <>
            <Button onPress={() => begin(step)}>{t("goOn", { n: step + 1, of: steps.length })}</Button>
            <Button kind="secondary" onPress={() => begin(0)}>
              {t("fromStart")}
            </Button>
          </>
        ) : (
          <Button onPress={() => begin(0)}>{state === "done" ? t("again") : t("begin")}</Button>
        )}
      </div>
      <ol className="stack">
        {steps.map((route, index) => (
          <li key={route.path}>
            <Card>
              <h2>{inLanguage(route.title)}</h2>
              <p>{route.tour && inLanguage(route.tour)}</p>
              <div>
                <Button kind="plain" onPress={() => begin(index)} label={`${t("fromHere")}: ${inLanguage(route.title)}`}>
                  {t("fromHere")}
                </Button>
              </div>
            </Card>
          </li>
        ))}
      </ol>
    </Page>
  );
}

const t = dictionary({
  ru: {
    title: "Знакомство с кабинетом",
    lead: "Короткий рассказ о каждом разделе вашей роли. Можно пройти по шагам или прочитать здесь.",
    begin: "Начать",
    again: "Пройти ещё раз",
    fromStart: "С начала",
    fromHere: "Начать отсюда",
    goOn: "Продолжить с шага {n} из {of}",
  },
  en: {
    title: "A tour of the portal",
    lead: "A few words about each section of your role. Go through it step by step, or read it here.",
    begin: "Begin",
    again: "Go through it again",
    fromStart: "From the start",
    fromHere: "Begin here",
    goOn: "Go on at step {n} of {of}",
  },
});
