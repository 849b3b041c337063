/** One's own word that somebody acts on: what they may, in which sections, until when. */
import { isSharedSection, sectionChoices } from "../../../access/sections";
import { api } from "../../../api/client";
import { useChange } from "../../../api/queries";
import { Button, Card, Checkboxes, Form, Radios, say, Select, useForm } from "../../../ui";
import { LENT, type Lent, type Level, type Representative } from "./shapes";
import { t } from "./words";

const DAYS = ["30", "90", "180", "364"] as const; // the API takes a year at most
const DAY = 86_400_000;

type Values = { rights: readonly string[]; whole: string; sections: readonly string[]; level: string; days: string };

const isLent = (right: string): right is Lent => LENT.some((one) => one === right);
const bodyOf = ({ rights, whole, sections, level, days }: Values) => ({
  rights: rights.filter(isLent),
  sections: whole === "whole" ? [] : sections.filter(isSharedSection),
  level: level as Level,
  valid_until: new Date(Date.now() + Number(days) * DAY).toISOString(),
});

const valuesOf = (one: Representative): Values => ({
  rights: one.kind === "granted" ? one.rights : ["records"],
  whole: one.sections.length ? "some" : "whole",
  sections: one.sections,
  level: one.level,
  days: "90",
});

export function Grant({ one, personId, close }: { one: Representative; personId: string; close: () => void }) {
  const params = { path: { person_id: one.person_id } };
  const granted = useChange(
    (body: ReturnType<typeof bodyOf>) => api.PUT("/api/v1/me/representatives/{person_id}", { params, body }),
    [["representation-list", personId]],
  );
  const form = useForm(valuesOf(one), (values) => granted.mutateAsync(bodyOf(values)), {
    check: ({ rights, whole, sections }) => ({
      rights: rights.length ? "" : t("rightsNeeded"),
      sections: whole === "some" && !sections.length ? t("sectionsNeeded") : "",
    }),
    done: () => {
      say(t("granted"));
      close();
    },
  });
  const rights = LENT.map((value) => ({ value, label: t(`lent-${value}`) }));
  return (
    <Card>
      <Form
        form={form}
        submit={t("grant")}
        actions={
          <Button kind="plain" onPress={close}>
            {t("notNow")}
          </Button>
        }
      >
        <Checkboxes {...form.field("rights")} label={t("may")} choices={rights} />
        <Radios
          {...form.field("whole")}
          label={t("sections")}
          choices={[
            { value: "whole", label: t("allSections") },
            { value: "some", label: t("someSections") },
          ]}
        />
        {form.values.whole === "some" && (
          <Checkboxes
            {...form.field("sections")}
            label={t("whichSections")}
            choices={sectionChoices()}
          />
        )}
        <Radios
          {...form.field("level")}
          label={t("how")}
          choices={[
            { value: "full", label: t("inFull") },
            { value: "limited", label: t("inBriefLong") },
          ]}
        />
        <Select
          {...form.field("days")}
          label={t("howLong")}
          choices={DAYS.map((value) => ({ value, label: t(`days-${value}`) }))}
        />
      </Form>
    </Card>
  );
}
