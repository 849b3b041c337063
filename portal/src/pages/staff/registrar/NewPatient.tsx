import { useState } from "react";
import { useLocation } from "wouter";
import { api, got } from "../../../api/client";
import { asProblem, type Problem } from "../../../api/problems";
import { typed } from "../../../api/typed";
import { Button, Card, Form, Notice, Page, say, useForm } from "../../../ui";
import { LookAlikes, type Candidate, type Decided } from "./LookAlikes";
import { NO_PATIENT, patientFaults, PatientFields, STEPS, stepOf, type NewPatientValues } from "./PatientFields";
import { p } from "./patientWords";

const CONSENT_TEXT = "2026-11";
type Made = { outcome: string; patient_id: string };

const register = ({ consent_given: _, sex, ...values }: NewPatientValues, decision: Decided | null, headers: { "Idempotency-Key": string }) =>
  got(
    typed<Made>(
      api.POST("/api/v1/patients", {
        headers,
        body: { ...values, sex: sex as "male" | "female", consent_text_version: CONSENT_TEXT, consent_given: true, decision },
      }),
    ),
  );

/** Who stands at the desk, in three steps; when somebody alike is known, the registrar says whether it is the same person. */
export default function NewPatient() {
  const [, go] = useLocation();
  const [step, setStep] = useState(0);
  const [alike, setAlike] = useState<readonly Candidate[] | null>(null);
  const last = step === STEPS.length - 1;
  const done = ({ outcome, patient_id: patientId }: Made) => {
    say(p(outcome === "registered" ? "registered" : "wasThere"));
    go(`/clinic-patients/${patientId}`);
  };
  const form = useForm<NewPatientValues, Made | null>(
    NO_PATIENT,
    async (values, key) => {
      if (!last) return null;
      try {
        return await register(values, null, key);
      } catch (thrown) {
        const problem = asProblem(thrown);
        const found = candidatesOf(problem);
        if (!found.length) {
          setStep(stepOf(problem.fields.map(({ field }) => field)) ?? step);
          throw problem;
        }
        setAlike(found);
        return null;
      }
    },
    {
      check: (values) => patientFaults(values, step),
      done: (made) => (made ? done(made) : last || setStep(step + 1)),
    },
  );
  if (alike) {
    return (
      <Page title={p("alike")} width="text">
        <LookAlikes candidates={alike} decide={(decision) => register(form.values, decision, { "Idempotency-Key": crypto.randomUUID() })} done={done} back={() => setAlike(null)} />
      </Page>
    );
  }
  return (
    <Page title={p("register")} up={{ to: "/clinic-patients", label: p("patients") }} lead={p("step", { n: step + 1, of: STEPS.length })} width="text">
      <Notice>{p("registerWhy")}</Notice>
      <Card>
        <Form
          form={form}
          submit={last ? p("registerIt") : p("next")}
          actions={
            step > 0 && (
              <Button kind="plain" onPress={() => setStep(step - 1)}>
                {p("back")}
              </Button>
            )
          }
        >
          <PatientFields form={form} step={step} />
        </Form>
      </Card>
    </Page>
  );
}

const candidatesOf = (problem: Problem): readonly Candidate[] =>
  problem.code === "possible-duplicate" ? ((problem.extra["candidates"] ?? []) as Candidate[]) : [];
