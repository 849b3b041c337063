import { useSearchParams } from "wouter";
import { dictionary } from "../../../i18n";
import { Page, Tabs } from "../../../ui";
import { Analytes } from "./Analytes";
import { Orders } from "./Orders";
import { Rows } from "./Rows";
import { Studies } from "./Studies";
import { resultWords } from "./words";

/** What is chosen stands in the address (it tells nothing of the person), so that one comes back to it. */
export default function Results() {
  const [query, setQuery] = useSearchParams();
  const tabs = [
    { id: "tests", title: t("tests"), content: <Rows /> },
    { id: "analytes", title: t("analytes"), content: <Analytes /> },
    { id: "studies", title: t("studies"), content: <Studies /> },
    { id: "orders", title: t("orders"), content: <Orders /> },
  ];
  const wanted = query.get("view");
  const chosen = tabs.some((tab) => tab.id === wanted) ? (wanted as string) : "tests";
  return (
    <Page title={resultWords("results")}>
      <Tabs
        tabs={tabs}
        chosen={chosen}
        onChoose={(view) => setQuery({ view }, { replace: true })}
        label={resultWords("results")}
      />
    </Page>
  );
}

const t = dictionary({
  ru: {
    tests: "Анализы по датам",
    analytes: "По показателям",
    studies: "Снимки и исследования",
    orders: "Что назначено",
  },
  en: { tests: "Tests by date", analytes: "By value", studies: "Images and studies", orders: "What is ordered" },
});
