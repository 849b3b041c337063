import { useState } from "react";
import { useMe } from "../../../app/session";
import { ButtonLink, Empty, Page, Section, Select, Shown } from "../../../ui";
import { Charts } from "./Charts";
import { Files } from "./Files";
import { useLoad, type Asked } from "./reading";
import type { Panel } from "./shapes";
import { ByDoctor, ByHour, Totals } from "./Tables";
import { t } from "./words";

/** What the clinic's days were like: an administrator's whole organisation, or one's own visits. */
export default function Load() {
  const manages = useMe().role === "administrator";
  const [asked, setAsked] = useState<Asked>({ by: "days", department: "", member: "" });
  const found = useLoad(asked);
  return (
    <Page
      title={t("title")}
      lead={t(manages ? "lead" : "ownLead")}
      actions={manages && <ButtonLink to="/load/proposals">{t("proposals")}</ButtonLink>}
    >
      <div className="row no-print">
        <Select name="by" label={t("by")} value={asked.by} onChange={(by) => setAsked({ ...asked, by: by as Asked["by"] })} choices={[{ value: "days", label: t("days") }, { value: "months", label: t("months") }]} />
        {manages && <Whose asked={asked} onAsk={setAsked} />}
      </div>
      <Shown of={found}>{(panel) => (nothing(panel) ? <Empty title={t("nothing")}>{t("nothingWhy")}</Empty> : <Seen panel={panel} by={asked.by} manages={manages} />)}</Shown>
    </Page>
  );
}

const nothing = ({ total }: Panel) => !total.bookings && !total.slots_offered && !total.results;

/** Departments and doctors there are to choose from, whatever is chosen now. */
function Whose({ asked, onAsk }: { asked: Asked; onAsk: (asked: Asked) => void }) {
  const all = useLoad({ ...asked, department: "", member: "" }).data;
  const doctors = (all?.doctors ?? []).filter((one) => !asked.department || one.department === asked.department);
  return (
    <>
      <Select
        name="department"
        label={t("department")}
        value={asked.department}
        onChange={(department) => onAsk({ ...asked, department, member: "" })}
        empty={t("allDepartments")}
        choices={(all?.departments ?? []).map((one) => ({ value: one, label: one }))}
      />
      <Select
        name="doctor"
        label={t("doctor")}
        value={asked.member}
        onChange={(member) => onAsk({ ...asked, member })}
        empty={t("allDoctors")}
        choices={doctors.map((one) => ({ value: one.member_id, label: one.doctor || t("unnamed") }))}
      />
    </>
  );
}

function Seen({ panel, by, manages }: { panel: Panel; by: Asked["by"]; manages: boolean }) {
  return (
    <>
      <Totals total={panel.total} />
      <Files panel={panel} by={by} />
      <Charts periods={panel.periods} by={by} />
      <Section title={t("hours")}>
        <ByHour hours={panel.hours} />
      </Section>
      {manages && (
        <Section title={t("doctors")}>
          <ByDoctor doctors={panel.doctors} />
        </Section>
      )}
      <p className="quiet">{t("howCounted")}</p>
    </>
  );
}
