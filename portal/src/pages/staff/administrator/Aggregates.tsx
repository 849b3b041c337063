import { useState } from "react";
import { api } from "../../../api/client";
import { useChange, usePages, useRead } from "../../../api/queries";
import { typed } from "../../../api/typed";
import { useMe } from "../../../app/session";
import { day } from "../../../i18n/dates";
import { Button, Card, Checkbox, Empty, Form, List, Notice, Page, say, Section, Shown, Table, TextField, useForm } from "../../../ui";
import { t } from "./systemWords";

type Settings = { counting: boolean; k: number; since: string | null; changed_at: string | null };
type Period = { period: string; published_at: string; k: number; tables: { table: string; cells: number; digest: string }[] };
type Counts = { dimensions: string[]; cells: (Record<string, string> & { persons: number })[]; persons_in_cells: number };
const SETTINGS = ["aggregate-settings"];

export default function Aggregates() {
  const system = useMe().acting.organisation_id === "system";
  const found = useRead(SETTINGS, () => typed<Settings>(api.GET("/api/v1/aggregates")), { wanted: system });
  if (!system) {
    return (
      <Page title={t("aggregates")} width="text">
        <Notice>{t("systemOnly")}</Notice>
      </Page>
    );
  }
  return (
    <Page title={t("aggregates")} lead={t("aggregatesLead")}>
      <Shown of={found}>{(settings) => <Switch key={settings.changed_at} settings={settings} />}</Shown>
      <Section title={t("published")}>
        <Periods />
      </Section>
    </Page>
  );
}

function Switch({ settings }: { settings: Settings }) {
  const switched = useChange((body: { counting: boolean; k: number }) => api.PUT("/api/v1/aggregates", { body }), [SETTINGS]);
  const form = useForm({ counting: settings.counting, k: String(settings.k) }, ({ counting, k }) => switched.mutateAsync({ counting, k: Number(k) }), {
    check: ({ k }) => ({ k: /^\d+$/.test(k) && Number(k) >= settings.k && Number(k) <= 1000 ? "" : t("kWrong", { k: settings.k }) }),
    done: () => say(t("saved")),
  });
  return (
    <Card tone={settings.counting ? "good" : "accent"}>
      <p>
        <strong>{t(settings.counting ? "counting" : "notCounting")}</strong> {settings.since && t("countedSince", { when: day(settings.since) })}
      </p>
      <Form form={form} submit={t("save")}>
        <Checkbox {...form.field("counting")} label={t("count")} hint={t("countHint")} />
        <TextField {...form.field("k")} label={t("fewest")} hint={t("fewestHint")} inputMode="numeric" width="short" />
      </Form>
    </Card>
  );
}

function Periods() {
  const [open, setOpen] = useState<{ period: string; table: string } | null>(null);
  const pages = usePages(["aggregate-list"], (query) => typed<{ items: Period[]; next?: string }>(api.GET("/api/v1/aggregates/periods", { params: { query } })));
  return (
    <List of={pages} label={t("published")} keyOf={(one) => one.period} empty={<Empty title={t("noPeriods")}>{t("noPeriodsWhy")}</Empty>}>
      {(one) => (
        <>
          <strong>{one.period}</strong>
          <p className="quiet">{t("publishedAt", { when: day(one.published_at), k: one.k })}</p>
          <div className="row">
            {one.tables.map(({ table }) => (
              <Button key={table} kind="secondary" pressed={open?.period === one.period && open.table === table} onPress={() => setOpen({ period: one.period, table })}>
                {t(`table-${table}` as Parameters<typeof t>[0])}
              </Button>
            ))}
          </div>
          {open?.period === one.period && <Cells period={open.period} table={open.table} />}
        </>
      )}
    </List>
  );
}

function Cells({ period, table }: { period: string; table: string }) {
  const path = { period, table };
  const found = useRead(["aggregate-read", period, table], () => typed<Counts>(api.GET("/api/v1/aggregates/periods/{period}/{table}", { params: { path } })));
  return (
    <Shown of={found}>
      {({ dimensions, cells }) =>
        cells.length ? (
          <Table
            caption={`${period}, ${t(`table-${table}` as Parameters<typeof t>[0])}`}
            rows={cells}
            keyOf={(_, index) => String(index)}
            columns={[
              ...dimensions.map((name) => ({ title: t(`by-${name}` as Parameters<typeof t>[0]), of: (cell: Counts["cells"][number]) => cell[name] })),
              { title: t("persons"), of: (cell) => cell.persons, number: true },
            ]}
          />
        ) : (
          <Empty title={t("noCells")}>{t("noCellsWhy")}</Empty>
        )
      }
    </Shown>
  );
}
