import { useLocation, useParams } from "wouter";
import { OpenCard, useMe } from "../../../app/session";
import { day, today } from "../../../i18n/dates";
import { kindOf, RecordForm, useKinds } from "../../../records";
import { ButtonLink, Card, Notice, Page, say, Section, Shown, Tag } from "../../../ui";
import { stageWords, usePlan } from "../../patient/vaccinations/reading";
import type { Course } from "../../patient/vaccinations/shapes";
import { PatientName } from "../doctor/PatientName";
import { t } from "./words";

/** What is due by the patient's plan, and below it the form of what was given. */
export default function Vaccinate() {
  const { patientId = "" } = useParams();
  return (
    <Page
      title={t("vaccinate")}
      lead={<PatientName patientId={patientId} />}
      width="text"
      up={{ to: `/patients/${patientId}`, label: t("card") }}
      actions={<ButtonLink to={`/patients/${patientId}/vaccinations`}>{t("givenBefore")}</ButtonLink>}
    >
      <OpenCard value={patientId}>
        <Section title={t("due")}>
          <Due />
        </Section>
      </OpenCard>
      <Section title={t("given")}>
        <Given patientId={patientId} />
      </Section>
    </Page>
  );
}

const NOW: readonly Course["status"][] = ["overdue", "due"];

function Due() {
  const plan = usePlan();
  return (
    <Shown of={plan}>
      {({ courses }) => {
        const due = courses.filter(({ status }) => NOW.includes(status));
        if (!due.length) return <Notice tone="good">{t("nothingDue")}</Notice>;
        return (
          <ul className="plain-list list" aria-label={t("due")}>
            {due.map((course) => (
              <li key={course.course} className="list-item">
                <OneDue course={course} />
              </li>
            ))}
          </ul>
        );
      }}
    </Shown>
  );
}

function OneDue({ course: { name, status, next } }: { course: Course }) {
  return (
    <>
      <div className="row-between">
        <strong>{name}</strong>
        <Tag tone="warn">{t(status === "overdue" ? "overdue" : "dueNow")}</Tag>
      </div>
      {next && <p>{t("stageSince", { stage: stageWords(next.stage), when: day(next.late_from ?? next.due) })}</p>}
      {next?.recommended && <p>{t("vaccineIs", { vaccine: next.recommended })}</p>}
    </>
  );
}

function Given({ patientId }: { patientId: string }) {
  const kinds = useKinds();
  const { profile } = useMe();
  const [, go] = useLocation();
  const own = [profile["last_name"], profile["first_name"], profile["middle_name"]].filter(Boolean).join(" ");
  const done = () => {
    say(t("vaccinationSaved"));
    go(`/patients/${patientId}/vaccinations`);
  };
  return (
    <Shown of={kinds}>
      {(known) => {
        const kind = kindOf(known, "vaccination");
        return kind && <Card><RecordForm kind={kind} patientId={patientId} given={{ occurred_at: today(), given_by: own }} done={done} submit={t("saveVaccination")} /></Card>;
      }}
    </Shown>
  );
}
