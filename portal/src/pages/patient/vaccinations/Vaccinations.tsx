import { useSearchParams } from "wouter";
import { dictionary } from "../../../i18n";
import { Page, Tabs } from "../../../ui";
import { Certificates } from "./Certificates";
import { History } from "./History";
import { PlanView } from "./PlanView";

export default function Vaccinations() {
  const [query, setQuery] = useSearchParams();
  const tabs = [
    { id: "plan", title: t("plan"), content: <PlanView /> },
    { id: "history", title: t("history"), content: <History /> },
    { id: "certificates", title: t("certificates"), content: <Certificates /> },
  ];
  const wanted = query.get("view");
  const chosen = tabs.some((tab) => tab.id === wanted) ? (wanted as string) : "plan";
  return (
    <Page title={t("title")}>
      <Tabs tabs={tabs} chosen={chosen} onChoose={(view) => setQuery({ view }, { replace: true })} label={t("title")} />
    </Page>
  );
}

const t = dictionary({
  ru: { title: "Прививки", plan: "Что нужно сделать", history: "Что сделано", certificates: "Сертификаты" },
  en: { title: "Vaccinations", plan: "What to do", history: "What was done", certificates: "Certificates" },
});
