import { useState, type ReactNode } from "react";
import { dictionary } from "../i18n";
import { Button } from "./Button";

/** A chart, and the same as a table one press away. */
export function ChartSwitch({ chart, table }: { chart: ReactNode; table: ReactNode }) {
  const [shown, setShown] = useState<"chart" | "table">("chart");
  return (
    <div className="stack">
      <div className="row no-print" role="group" aria-label={t("how")}>
        {(["chart", "table"] as const).map((one) => (
          <Button key={one} kind="secondary" pressed={shown === one} onPress={() => setShown(one)}>
            {t(one)}
          </Button>
        ))}
      </div>
      {shown === "chart" ? chart : table}
    </div>
  );
}

const t = dictionary({
  ru: { how: "Как показать", chart: "График", table: "Таблица" },
  en: { how: "How to show it", chart: "Chart", table: "Table" },
});
