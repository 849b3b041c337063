import { Page } from "../../../ui";
import { CardName } from "./CardName";
import { IndicatorCharts } from "./IndicatorCharts";
import { t } from "./words";

/** One's own readings and results over one time, or those of whom a representative acts for. */
export default function Indicators() {
  return (
    <Page title={t("title")} lead={<span className="no-print">{t("lead")}</span>}>
      <CardName />
      <IndicatorCharts />
    </Page>
  );
}
