import { useState, type ReactNode } from "react";
import { useLocation, useParams, useSearch } from "wouter";
import { api } from "../../../api/client";
import { useChange, useRead } from "../../../api/queries";
import { ifMatch, typed } from "../../../api/typed";
import { useMe } from "../../../app/session";
import { inLanguage } from "../../../i18n";
import { kindOf, RecordForm, useKinds, type CardRecord, type Kind } from "../../../records";
import { Card, Notice, Page, ProblemBox, say, Shown } from "../../../ui";
import { ChooseTemplate, FilledIn } from "../templates/UseTemplate";
import { useTemplateDraft, type Draft as TemplateDraft } from "../templates/shapes";
import { PatientName } from "./PatientName";
import type { WorkVisit } from "./shapes";
import { t } from "./words";

type Values = Record<string, unknown>;
type Draft = { kind: string; body: Values; missing: string[] };

/** The form of a record of any kind. For an appointment or by a template it is filled in beforehand; the visit is marked as done. */
export default function NewRecord() {
  const { patientId = "", kind: name = "" } = useParams();
  const asked = new URLSearchParams(useSearch());
  const appointment = asked.get("appointment") ?? "";
  const kinds = useKinds();
  const draft = useRead(["visit-draft-prepare", patientId, appointment], () => prepared(patientId, appointment, name), { wanted: Boolean(appointment), fresh: Infinity });
  return (
    <Shown of={kinds}>
      {(known) => {
        const kind = kindOf(known, name);
        if (!kind) return <Page title={t("noSuchKind")}>{null}</Page>;
        if (!appointment) return <Writing kind={kind} patientId={patientId} given={{}} />;
        return <Shown of={draft}>{({ body }) => <Writing kind={kind} patientId={patientId} given={body} appointment={appointment} schedule={asked.get("schedule") ?? ""} />}</Shown>;
      }}
    </Shown>
  );
}

const prepared = (patientId: string, appointment: string, kind: string) =>
  typed<Draft>(
    api.GET("/api/v1/visit-drafts/{patient_id}/{appointment_id}", {
      params: { path: { patient_id: patientId, appointment_id: appointment }, query: { kind: kind === "examination-protocol" ? "examination-protocol" : "visit" } },
    }),
  );

type Props = { kind: Kind; patientId: string; given: Values; appointment?: string; schedule?: string };

function Writing({ kind, patientId, given, appointment = "", schedule = "" }: Props) {
  const me = useMe();
  const [, go] = useLocation();
  const fulfilled = useChange((visit: string) => fulfil(schedule, appointment, visit), [["appointment-day", schedule]]);
  const done = (record: CardRecord) => {
    const leave = () => {
      say(t("saved"));
      go(`/patients/${patientId}/${kind.collection}/${record.id}`);
    };
    if (appointment && schedule) fulfilled.mutate(record.id, { onSuccess: leave });
    else leave();
  };
  const own = [me.profile["last_name"], me.profile["first_name"], me.profile["middle_name"]].filter(Boolean).join(" ");
  const fields = kind.schema.properties ?? {};
  const named = "doctor_name" in fields ? { doctor_name: own } : {};
  const now = fields[kind.occurred]?.format === "date-time" ? { [kind.occurred]: new Date().toISOString() } : {};
  const [template, setTemplate] = useState("");
  const draft = useTemplateDraft(patientId, template);
  return (
    <Page title={inLanguage(kind.labels)} lead={<PatientName patientId={patientId} />} up={{ to: `/patients/${patientId}`, label: t("patientsCard") }} width="text">
      {appointment && <Notice>{t("filledIn")}</Notice>}
      {fulfilled.error && <ProblemBox problem={fulfilled.error} />}
      <ChooseTemplate kind={kind} chosen={template} name={draft.data?.template.name} onChoose={setTemplate} />
      <WithTemplate wanted={Boolean(template)} of={draft}>
        {(filled) => (
          <>
            {filled && <FilledIn draft={filled} patientId={patientId} />}
            <Card>
              <RecordForm key={template} kind={kind} patientId={patientId} given={{ ...now, ...named, ...given, ...filled?.body }} done={done} submit={t("saveRecord")} begunWith={template} />
            </Card>
          </>
        )}
      </WithTemplate>
    </Page>
  );
}

type Found = Parameters<typeof Shown<TemplateDraft>>[0]["of"];

/** Without a template the form is there at once. */
function WithTemplate({ wanted, of, children }: { wanted: boolean; of: Found; children: (draft?: TemplateDraft) => ReactNode }) {
  return wanted ? <Shown of={of}>{children}</Shown> : children();
}

/** The appointment names the record that was made of it. */
async function fulfil(schedule: string, appointment: string, visit: string) {
  const params = { path: { schedule_id: schedule, appointment_id: appointment } };
  const { data } = await typed<WorkVisit>(api.GET("/api/v1/schedules/{schedule_id}/appointments/{appointment_id}", { params }));
  return api.POST("/api/v1/schedules/{schedule_id}/appointments/{appointment_id}/fulfilment", { params, body: { visit }, headers: ifMatch(data?.version ?? 0) });
}
