import { Link } from "wouter";
import { api } from "../../../api/client";
import { useChange, usePages } from "../../../api/queries";
import { typed } from "../../../api/typed";
import { dayAndTime } from "../../../i18n/dates";
import { Empty, Form, List, Page, Radios, say, Select, Tag, useForm } from "../../../ui";
import { p } from "./patientWords";
import type { Paged } from "./shapes";

type Doubt = { doubt_id: string; patient_id: string; others: string[]; why: "number" | "look-alike" | "replaced"; at: string };
const REASONS = ["papers-compared", "namesake", "twin", "mistyped", "person-says", "other"] as const;
type Reason = (typeof REASONS)[number];

/** Cards that a partner's message opened, and that may be somebody's who has one already. */
export default function Doubts() {
  const pages = usePages(["patient-doubt-list"], (query) => typed<Paged<Doubt>>(api.GET("/api/v1/patient-doubts", { params: { query } })));
  return (
    <Page title={p("doubts")} lead={p("doubtsLead")} up={{ to: "/merges", label: p("merges") }}>
      <List of={pages} label={p("doubts")} keyOf={(one) => one.doubt_id} empty={<Empty title={p("noDoubts")}>{p("noDoubtsWhy")}</Empty>}>
        {(one) => <One doubt={one} />}
      </List>
    </Page>
  );
}

function One({ doubt }: { doubt: Doubt }) {
  const params = { path: { doubt_id: doubt.doubt_id } };
  const decided = useChange(
    (body: { answer: "same" | "different"; reason: Reason }) => api.POST("/api/v1/patient-doubts/{doubt_id}/decision", { params, body }),
    [["patient-doubt-list"], ["queue-size"], ["merge-list"]],
  );
  const form = useForm({ answer: "", reason: "" }, ({ answer, reason }) => decided.mutateAsync({ answer: answer as "same" | "different", reason: reason as Reason }), {
    check: ({ answer, reason }) => ({ answer: answer ? "" : p("decisionNeeded"), reason: reason ? "" : p("howKnownNeeded") }),
    done: (_, { answer }) => say(p(answer === "same" ? "proposed" : "keptApart")),
  });
  return (
    <>
      <div className="row-between">
        <strong>{p("doubtOf", { at: dayAndTime(doubt.at) })}</strong>
        <Tag tone="warn">{p(`doubt-${doubt.why}`)}</Tag>
      </div>
      <p className="row">
        {[doubt.patient_id, ...doubt.others].map((id) => (
          <Link key={id} href={`/clinic-patients/${id}`}>
            {p("candidate", { id: id.slice(0, 6) })}
          </Link>
        ))}
      </p>
      <Form form={form} submit={p("decide")} kind="secondary" label={p("doubtOf", { at: dayAndTime(doubt.at) })}>
        <Radios
          {...form.field("answer")}
          label={p("oneOrTwo")}
          choices={[
            { value: "same", label: p("samePerson"), hint: p("sameHint") },
            { value: "different", label: p("twoPeople") },
          ]}
        />
        <Select {...form.field("reason")} label={p("howKnown")} empty={p("choose")} choices={REASONS.map((value) => ({ value, label: p(`known-${value}`) }))} />
      </Form>
    </>
  );
}
