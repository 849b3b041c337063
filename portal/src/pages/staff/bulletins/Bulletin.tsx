import { useParams } from "wouter";
import { api } from "../../../api/client";
import { useRead } from "../../../api/queries";
import { typed } from "../../../api/typed";
import { currentLanguage } from "../../../i18n";
import { day } from "../../../i18n/dates";
import { Download, Empty, Facts, Notice, Page, Section, Shown, Table } from "../../../ui";
import { AGES, linesOf, type Cell } from "./lines";
import { periodWords, t } from "./words";

type Part = { part: string; title: string; about: string; counted: boolean; cells: Cell[] };
type Report = { organisation: string; period: string; published_at: string; k: number; digest: string; empty: boolean; parts: Part[] };

export default function Bulletin() {
  const { organisationId = "", period = "" } = useParams();
  const path = { organisation_id: organisationId, period };
  const found = useRead(["bulletin-read", organisationId, period, currentLanguage()], () =>
    typed<Report>(api.GET("/api/v1/organisations/{organisation_id}/bulletins/{period}", { params: { path } })),
  );
  const file = `/api/v1/organisations/${organisationId}/bulletins/${period}`;
  return (
    <Page title={t("reportOf", { period: periodWords(period) })} up={{ to: `/bulletins/${organisationId}`, label: t("title") }}>
      <Shown of={found}>
        {(report) => (
          <>
            <div className="row no-print">
              <Download path={file} title={t("pdf")} label={t("savePdf")} kind="primary" />
              <Download path={file} accept="text/csv" title={t("csv")} label={t("saveCsv")} />
              <Download path={file} accept="application/fhir+json" title={t("fhir")} label={t("saveFhir")} />
            </div>
            <Facts
              facts={[
                [t("organisation"), report.organisation],
                [t("threshold"), t("from", { k: report.k })],
                [t("made"), day(report.published_at)],
                [t("digest"), <code key="digest">{report.digest}</code>],
              ]}
            />
            {report.empty ? <Empty title={t("emptyTitle")}>{t("emptyWhy", { k: report.k })}</Empty> : <Parts report={report} />}
          </>
        )}
      </Shown>
    </Page>
  );
}

function Parts({ report }: { report: Report }) {
  return (
    <>
      <Notice title={t("hiddenTitle")}>
        <p>{t("hidden", { k: report.k })}</p>
        <p>{t("counted")}</p>
      </Notice>
      {report.parts.map((part) => (
        <Section key={part.part} title={part.title}>
          {part.cells.length ? <Numbers part={part} /> : <p>{t(part.counted ? "nothing" : "uncounted")}</p>}
        </Section>
      ))}
    </>
  );
}

function Numbers({ part }: { part: Part }) {
  const ages = AGES.filter((age) => age !== "unknown" || part.cells.some((cell) => cell.age === age));
  return (
    <>
      <p className="quiet">{part.about}</p>
      <Table
        caption={part.title}
        rows={linesOf(part.cells)}
        keyOf={(line) => `${line.category} ${line.sex}`}
        columns={[
          { title: t("category"), of: (line) => line.name },
          { title: t("sex"), of: (line) => t(line.sex) },
          ...ages.map((age) => ({ title: age === "unknown" ? t("ageUnknown") : age.replace("-", "–"), of: (line: ReturnType<typeof linesOf>[number]) => <Count cell={line.by[age]} />, number: true })),
        ]}
      />
    </>
  );
}

function Count({ cell }: { cell: Cell | undefined }) {
  if (!cell) {
    return (
      <>
        <span aria-hidden="true">–</span>
        <span className="hidden-visually">{t("dash")}</span>
      </>
    );
  }
  if (!cell.percent) return <>{cell.persons}</>;
  const share = new Intl.NumberFormat(currentLanguage(), { minimumFractionDigits: 1 }).format(Number(cell.percent));
  return <>{`${cell.persons} (${share} %)`}</>;
}
