import { useLocation, useParams } from "wouter";
import { api } from "../../../api/client";
import { useChange, useRead } from "../../../api/queries";
import { ifMatch, typed } from "../../../api/typed";
import { Card, Facts, Form, Notice, Page, Radios, say, Section, Select, Shown, useForm } from "../../../ui";
import { Comparison, shown } from "./Comparison";
import { fieldName } from "./fieldWords";
import { ScanList } from "./ScanList";
import type { Review } from "./shapes";
import { Stale } from "./Stale";
import { t } from "./words";

const COMPARED = ["last_name", "first_name", "middle_name", "passport_series", "passport_number"] as const;
const ALONE = ["birth_date", "sex", "snils"] as const;
const REASONS = ["papers-differ", "unreadable", "not-in-person", "other"] as const;

/** The application beside the profile and the scans, and what is decided about it. */
export default function Application() {
  const { patientId = "", applicationId = "" } = useParams();
  const path = { patient_id: patientId, application_id: applicationId };
  const found = useRead(["application-read", applicationId], () => typed<Review>(api.GET("/api/v1/applications/{patient_id}/{application_id}", { params: { path } })), { fresh: 0 });
  return (
    <Page title={t("application")} up={{ to: "/applications", label: t("applications") }}>
      <Shown of={found}>
        {(review) => (
          <>
            <Compared review={review} />
            <Section title={t("scans")}>
              {Object.entries(review.documents).map(([slot, scans]) => (
                <ScanList
                  key={slot}
                  title={t(slot === "policy" ? "scans-policy" : "scans-identity")}
                  scans={scans}
                  pathOf={(id) => `/api/v1/applications/${patientId}/${applicationId}/uploads/${id}`}
                />
              ))}
            </Section>
            <Deciding key={review.version} review={review} patientId={patientId} again={() => void found.refetch()} />
          </>
        )}
      </Shown>
    </Page>
  );
}

function Compared({ review }: { review: Review }) {
  const { person, differs } = review;
  const pairs = COMPARED.map((field) => ({ field, given: String(review[field] ?? ""), known: person[field] ?? "", differs: differs.includes(field) }));
  return (
    <Section title={t("compare")}>
      <p>{t("compareWhy")}</p>
      <Comparison pairs={pairs} caption={t("compare")} given={t("given")} known={t("known")} />
      {differs.includes("phone") && <Notice tone="warn">{t("phoneDiffers")}</Notice>}
      <Facts facts={[[t("policy"), review.oms_policy], ...profileFacts(person)]} />
    </Section>
  );
}

const profileFacts = (person: Record<string, string>) => ALONE.map((field) => [fieldName(field), shown(person[field])] as const);

type Values = { decision: string; reason: string };

function Deciding({ review, patientId, again }: { review: Review; patientId: string; again: () => void }) {
  const [, go] = useLocation();
  const params = { path: { patient_id: patientId, application_id: review.application_id } };
  const decided = useChange(
    ({ decision, reason }: Values) =>
      api.POST("/api/v1/applications/{patient_id}/{application_id}/decision", {
        params,
        headers: ifMatch(review.version),
        body: decision === "approve" ? { approve: true } : { approve: false, reason: reason as (typeof REASONS)[number] },
      }),
    [["application-list"], ["queue-size"]],
  );
  const form = useForm<Values>({ decision: "", reason: "" }, (values) => decided.mutateAsync(values), {
    check: ({ decision, reason }) => ({
      decision: decision ? "" : t("decisionNeeded"),
      reason: decision === "refuse" && !reason ? t("reasonNeeded") : "",
    }),
    done: (_, { decision }) => {
      say(t(decision === "approve" ? "opened" : "refused"));
      go("/applications");
    },
  });
  return (
    <Section title={t("decision")}>
      <Stale problem={form.problem} again={again} />
      <Card>
        <Form form={form} submit={t("decide")}>
          <Radios
            {...form.field("decision")}
            label={t("decision")}
            choices={[
              { value: "approve", label: t("approve") },
              { value: "refuse", label: t("refuse") },
            ]}
          />
          {form.values.decision === "refuse" && (
            <Select {...form.field("reason")} label={t("reason")} empty={t("choose")} choices={REASONS.map((value) => ({ value, label: t(`reason-${value}`) }))} />
          )}
        </Form>
      </Card>
    </Section>
  );
}
