import { dictionary, inLanguage } from "../../../i18n";
import { Card, commonWords, Empty, Page, Shown } from "../../../ui";
import { AnalyteFiles } from "./AnalyteFiles";
import { analyteOf, askedFor, useComparison, useResult } from "./reading";
import { Trend } from "./Trend";

/** One value of a result beside the same of other results. The address has its place, not its name. */
export default function ValueOverTime({ params }: { params: { recordId: string; place: string } }) {
  const result = useResult(params.recordId);
  const value = result.data?.body.values[Number(params.place)];
  const history = useComparison(
    `${params.recordId}/${params.place}`,
    { analytes: value ? [askedFor(value)] : [] },
    value !== undefined,
  );
  const analyte = value && analyteOf(value, params.recordId, history.data);
  return (
    <Page
      title={analyte ? inLanguage(analyte.names) : (value?.name ?? t("title"))}
      lead={t("lead")}
      up={{ to: `/results/${params.recordId}`, label: result.data?.body.panel ?? commonWords("back") }}
    >
      <Shown of={result}>
        {() =>
          value ? (
            <Shown of={history}>
              {() =>
                analyte ? (
                  <Card>
                    <Trend analyte={analyte} />
                    <AnalyteFiles analyte={analyte} />
                  </Card>
                ) : (
                  <Empty title={t("none")} />
                )
              }
            </Shown>
          ) : (
            <Empty title={t("none")} />
          )
        }
      </Shown>
    </Page>
  );
}

const t = dictionary({
  ru: {
    title: "Показатель по датам",
    lead: "Один и тот же показатель в разные дни. Нормы у лабораторий отличаются, поэтому полоса нормы может идти ступенями.",
    none: "Такого показателя в этом результате нет",
  },
  en: {
    title: "A value by date",
    lead: "The same value on different days. Normal ranges differ between laboratories, so the band may have steps.",
    none: "This result has no such value",
  },
});
