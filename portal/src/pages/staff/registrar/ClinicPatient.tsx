import { useState } from "react";
import { Link, useLocation, useParams } from "wouter";
import { api } from "../../../api/client";
import { useChange, useRead } from "../../../api/queries";
import { typed } from "../../../api/typed";
import { dayAndTime } from "../../../i18n/dates";
import { Button, Card, Facts, Form, More, Notice, Page, say, Section, Select, Shown, TextArea, useForm } from "../../../ui";
import { CandidateFacts } from "./CandidateFacts";
import type { Candidate } from "./LookAlikes";
import { PatientBySnils } from "./PatientBySnils";
import { p } from "./patientWords";

/** What a registrar does for one patient; nothing of the card's content is here. */
export default function ClinicPatient() {
  const { patientId = "" } = useParams();
  return (
    <Page title={p("patientOf", { id: patientId.slice(0, 6) })} lead={p("patientLead")} up={{ to: "/clinic-patients", label: p("patients") }} width="text">
      <Section title={p("toDo")}>
        <ul className="plain-list list">
          <li className="list-item">
            <Link href={`/schedules?patient=${patientId}`}>{p("book")}</Link>
          </li>
          <li className="list-item">
            <Link href={`/clinic-patients/${patientId}/papers`}>{p("papers")}</Link>
          </li>
        </ul>
      </Section>
      <Policy patientId={patientId} />
      <Duplicates patientId={patientId} />
      <More title={p("merge")}>
        <ProposeMerge patientId={patientId} />
      </More>
      <More title={p("lift")}>
        <Lift patientId={patientId} />
      </More>
    </Page>
  );
}

type Policy = { oms_policy?: string; policy_status?: string; policy_insurer?: string; policy_until?: string; policy_checked_at?: string };

/** Opened when it is asked for: each look is an entry in the patient's journal. */
function Policy({ patientId }: { patientId: string }) {
  const [wanted, setWanted] = useState(false);
  const found = useRead(["policy-review", patientId], () => typed<Policy>(api.GET("/api/v1/patients/{patient_id}/policy", { params: { path: { patient_id: patientId } } })), { wanted });
  return (
    <Section title={p("oms")}>
      {wanted ? (
        <Shown of={found} lines={1}>
          {(policy) => (
            <Facts
              facts={[
                [p("policyNumber"), policy.oms_policy || p("noPolicy")],
                [p("policyState"), policy.policy_status],
                [p("insurer"), policy.policy_insurer],
                [p("checkedAt"), dayAndTime(policy.policy_checked_at)],
              ]}
            />
          )}
        </Shown>
      ) : (
        <div>
          <Button kind="secondary" onPress={() => setWanted(true)}>
            {p("showPolicy")}
          </Button>
        </div>
      )}
    </Section>
  );
}

function Duplicates({ patientId }: { patientId: string }) {
  const [wanted, setWanted] = useState(false);
  const path = { patient_id: patientId };
  const found = useRead(["patient-duplicates", patientId], () => typed<{ items: Candidate[] }>(api.GET("/api/v1/patients/{patient_id}/duplicates", { params: { path } })), { wanted });
  return (
    <Section title={p("duplicates")}>
      {!wanted && (
        <div>
          <Button kind="secondary" onPress={() => setWanted(true)}>
            {p("lookForDuplicates")}
          </Button>
        </div>
      )}
      {wanted && (
        <Shown of={found}>
          {({ items }) =>
            items.length ? (
              items.map((one) => (
                <Card key={one.patient_id} as="article" label={p("candidate", { id: one.patient_id.slice(0, 6) })}>
                  <CandidateFacts one={one} />
                  <ProposeMerge patientId={patientId} source={one.patient_id} />
                </Card>
              ))
            ) : (
              <p>{p("noDuplicates")}</p>
            )
          }
        </Shown>
      )}
    </Section>
  );
}

const BASES = ["papers-compared", "application", "region-changed", "double-registration"] as const;

/** The other card goes into this one: proposed here, decided by another registrar. */
function ProposeMerge({ patientId, source: known = "" }: { patientId: string; source?: string }) {
  const [, go] = useLocation();
  const [source, setSource] = useState(known);
  const proposed = useChange(
    (basis: (typeof BASES)[number]) =>
      typed<{ merge_id: string }>(api.POST("/api/v1/patients/{patient_id}/merges", { params: { path: { patient_id: patientId } }, body: { source, basis } })),
    [["merge-list"], ["queue-size"]],
  );
  const form = useForm({ basis: "" }, ({ basis }) => proposed.mutateAsync(basis as (typeof BASES)[number]), {
    check: ({ basis }) => ({ basis: basis ? "" : p("basisNeeded") }),
    done: ({ merge_id: mergeId }) => {
      say(p("proposed"));
      go(`/merges/${patientId}/${mergeId}`);
    },
  });
  if (!source) {
    return (
      <div className="stack">
        <p>{p("mergeWhy")}</p>
        <PatientBySnils submit={p("findOther")} found={setSource} kind="secondary" />
      </div>
    );
  }
  if (source === patientId) return <Notice tone="warn">{p("sameCard")}</Notice>;
  return (
    <Form form={form} submit={p("propose")} kind="secondary">
      <p>{p("willGo", { goes: source.slice(0, 6), stays: patientId.slice(0, 6) })}</p>
      <Select {...form.field("basis")} label={p("basis")} empty={p("choose")} choices={BASES.map((value) => ({ value, label: p(`basis-${value}`) }))} />
    </Form>
  );
}

function Lift({ patientId }: { patientId: string }) {
  const form = useForm({ reason: "" }, ({ reason }) => api.POST("/api/v1/suspended-cards/{patient_id}/lift", { params: { path: { patient_id: patientId } }, body: { reason } }), {
    check: ({ reason }) => ({ reason: reason.trim().length >= 3 ? "" : p("liftNeeded") }),
    done: () => say(p("lifted")),
  });
  return (
    <Form form={form} submit={p("liftIt")} kind="secondary">
      <p>{p("liftWhy")}</p>
      <TextArea {...form.field("reason")} label={p("liftReason")} rows={2} maxLength={500} />
    </Form>
  );
}
