/** Copies of the card: ordered here, made in the background, taken for a week. */
import { usePages } from "../../../../api/queries";
import { day, dayAndTime } from "../../../../i18n/dates";
import { inLanguage } from "../../../../i18n";
import { ask } from "../../../../records";
import { sectionName } from "../../../../records/sections";
import { Card, Empty, List, Page, Section, Tag, commonWords } from "../../../../ui";
import { ExportOrder } from "./ExportOrder";
import { sizeWords } from "./files";
import { Progress } from "./Progress";
import { TakeExport } from "./TakeExport";
import { documentWords as t } from "./words";

export type Export = {
  export_id: string;
  state: "requested" | "making" | "ready" | "failed" | "expired";
  format: "pdf" | "json";
  at: string;
  expires_at?: string;
  size: number;
  records: number;
  sections: string[];
  from?: string;
  to?: string;
};

export const EXPORTS = ["export-list"] as const;

export default function Exports() {
  const found = usePages<{ items: Export[]; next?: string }>(EXPORTS, (query) => ask("/api/v1/me/exports", { query }));
  return (
    <Page title={t("exports")} lead={t("exportsLead")} up={{ to: "/documents", label: t("title") }} width="text">
      <Card as="section" label={t("order")}>
        <h2>{t("order")}</h2>
        <ExportOrder />
      </Card>
      <Section title={t("ordered")}>
        <p className="quiet">{commonWords("newestFirst")}</p>
        <List of={found} keyOf={(one) => one.export_id} label={t("ordered")} empty={<Empty title={t("noExports")}>{t("noExportsWhy")}</Empty>}>
          {(one) => <One one={one} again={found.again} />}
        </List>
      </Section>
    </Page>
  );
}

const TONES = { requested: "info", making: "info", ready: "good", failed: "bad", expired: "quiet" } as const;

function One({ one, again }: { one: Export; again: () => void }) {
  const pending = one.state === "requested" || one.state === "making";
  const what = one.sections.length ? one.sections.map((name) => inLanguage(sectionName(name))).join(", ") : t("wholeCard");
  const dates = one.from || one.to ? t("dates", { from: day(one.from) || "…", to: day(one.to) || "…" }) : "";
  return (
    <>
      <p className="record-title">{[what, dates].filter(Boolean).join(", ")}</p>
      <p className="record-when">{[dayAndTime(one.at), one.format.toUpperCase(), one.size > 0 && sizeWords(one.size)].filter(Boolean).join(" · ")}</p>
      <p className="row">
        <Tag tone={TONES[one.state]}>{t(`export-${one.state}`)}</Tag>
        {one.state === "ready" && one.expires_at && <span className="quiet">{t("until", { day: day(one.expires_at) })}</span>}
      </p>
      {pending && <Progress exportId={one.export_id} done={again} />}
      {one.state === "ready" && <TakeExport exportId={one.export_id} format={one.format} />}
    </>
  );
}
