import { useState } from "react";
import { api } from "../../../api/client";
import { useRead } from "../../../api/queries";
import { typed } from "../../../api/typed";
import { useMe } from "../../../app/session";
import { inLanguage } from "../../../i18n";
import { day, today } from "../../../i18n/dates";
import { Card, Download, Empty, Facts, Form, Notice, Page, Section, Shown, Table, TextField, useForm } from "../../../ui";
import { ACTORS } from "./shapes";
import { t } from "./logWords";

const COUNTERS = ["reads", "changes", "exports", "refusals", "break_glass", "out_of_hours"] as const;
type Counts = Record<(typeof COUNTERS)[number], number>;
type Member = Counts & { member_id: string; role: string; department: string; position: string };
type Report = { organisation: string; month: string; closed_at: string | null; total: Counts; members: Member[] };

const SYSTEM = "system"; // its officers look after organisations that have none of their own

export default function AccessReport() {
  const { acting } = useMe();
  const own = acting.organisation_id ?? "";
  const [asked, setAsked] = useState({ organisation: own === SYSTEM ? "" : own, month: today().slice(0, 7) });
  const form = useForm(asked, async (values) => values, {
    check: ({ organisation, month }) => ({ organisation: organisation.trim() ? "" : t("idNeeded"), month: /^\d{4}-\d{2}$/.test(month) ? "" : t("monthWrong") }),
    done: (values) => setAsked(values as typeof asked),
  });
  return (
    <Page title={t("report")} lead={t("reportLead")}>
      <Card>
        <Form form={form} submit={t("showReport")}>
          {own === SYSTEM && <TextField {...form.field("organisation")} label={t("organisationId")} hint={t("organisationIdHint")} required />}
          <TextField {...form.field("month")} type="month" label={t("month")} hint={t("monthHint")} width="middle" required />
        </Form>
      </Card>
      {asked.organisation && <Shows key={asked.organisation + asked.month} {...asked} />}
    </Page>
  );
}

function Shows({ organisation, month }: { organisation: string; month: string }) {
  const path = { organisation_id: organisation, month };
  const found = useRead(["access-report-read", organisation, month], () => typed<Report>(api.GET("/api/v1/organisations/{organisation_id}/access-reports/{month}", { params: { path } })));
  return (
    <Shown of={found}>
      {(report) => (
        <Section title={`${report.organisation}, ${report.month}`} actions={<Download path={`/api/v1/organisations/${organisation}/access-reports/${month}`} />}>
          {!report.closed_at && <Notice>{t("monthOpen")}</Notice>}
          {report.closed_at && <p className="quiet">{t("monthClosed", { when: day(report.closed_at) })}</p>}
          <Facts facts={COUNTERS.map((name) => [t(`count-${name}`), String(report.total[name])] as const)} />
          {report.members.length ? <Members members={report.members} /> : <Empty title={t("noAccess")}>{t("noAccessWhy")}</Empty>}
        </Section>
      )}
    </Shown>
  );
}

const roleOf = (role: string): string => (ACTORS[role] ? inLanguage(ACTORS[role]) : role);

function Members({ members }: { members: readonly Member[] }) {
  return (
    <Table
      caption={t("byMember")}
      rows={members}
      keyOf={(one) => one.member_id}
      columns={[
        { title: t("member"), of: (one) => `${one.position || roleOf(one.role)}, ${one.department} (${one.member_id.slice(0, 6)})` },
        ...COUNTERS.map((name) => ({ title: t(`count-${name}`), of: (one: Member) => one[name], number: true })),
      ]}
    />
  );
}
