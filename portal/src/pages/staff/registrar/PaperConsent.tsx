/** Recording what a patient signed on paper: whom it lets in, how far and how long, and the scans of it. */
import { sectionChoices, type SharedSection } from "../../../access/sections";
import { api } from "../../../api/client";
import { useChange, useRead } from "../../../api/queries";
import { typed } from "../../../api/typed";
import { currentLanguage } from "../../../i18n";
import { dayAndTime } from "../../../i18n/dates";
import { Card, Checkboxes, Form, More, Radios, say, Select, Shown, useForm } from "../../../ui";
import { useDoctors } from "./doctors";
import type { Paper } from "./Papers";
import { p } from "./patientWords";

type Text = { version: string; texts: { language: string; sha256: string; text: string }[] };
type Props = { patientId: string; papers: readonly Paper[] };
const DAYS = ["14", "30", "90"] as const; // no consent on paper holds longer
const DAY = 86_400_000; // milliseconds

export function PaperConsent(props: Props) {
  const text = useRead(["text", "access-consent"], () => typed<Text>(api.GET("/api/v1/texts/{text_name}", { params: { path: { text_name: "access-consent" } } })));
  return <Shown of={text}>{(found) => <Fields {...props} text={found} />}</Shown>;
}

const EMPTY = { member_id: "", level: "limited", sections: [] as readonly string[], days: "30", scans: [] as readonly string[] };

function Fields({ patientId, papers, text }: Props & { text: Text }) {
  const { choices, staff } = useDoctors();
  const signed = text.texts.find(({ language }) => language === currentLanguage()) ?? text.texts[0];
  const recorded = useChange(({ days, ...values }: typeof EMPTY) =>
    api.POST("/api/v1/patients/{patient_id}/paper-consents", {
      params: { path: { patient_id: patientId } },
      body: {
        ...values,
        level: values.level as "full" | "limited",
        sections: [...values.sections] as SharedSection[],
        scans: [...values.scans],
        valid_until: new Date(Date.now() + Number(days) * DAY).toISOString(),
        consent_text_version: text.version,
        consent_text_sha256: signed?.sha256 ?? "",
      },
    }),
  );
  const form = useForm(EMPTY, (values) => recorded.mutateAsync(values), {
    check: (values) => ({ member_id: values.member_id ? "" : p("doctorNeeded"), scans: values.scans.length ? "" : p("scansNeeded") }),
    done: () => {
      say(p("consentRecorded"));
      form.set(EMPTY);
    },
  });
  return (
    <Card>
      <More title={p("signedText")}>
        <p>{signed?.text}</p>
      </More>
      <Shown of={staff} lines={1}>
        {() => (
          <Form form={form} submit={p("recordConsent")}>
            <Select {...form.field("member_id")} label={p("toDoctor")} empty={p("choose")} choices={choices} />
            <Checkboxes {...form.field("scans")} label={p("whichScans")} choices={papers.map(({ upload_id: value, at }) => ({ value, label: p("scanOf", { at: dayAndTime(at) }) }))} />
            <Radios
              {...form.field("level")}
              label={p("level")}
              choices={[
                { value: "limited", label: p("limited") },
                { value: "full", label: p("full") },
              ]}
            />
            <Checkboxes {...form.field("sections")} label={p("sections")} hint={p("sectionsHint")} choices={sectionChoices()} />
            <Select {...form.field("days")} label={p("days")} choices={DAYS.map((value) => ({ value, label: p("forDays", { n: Number(value) }) }))} />
          </Form>
        )}
      </Shown>
    </Card>
  );
}
