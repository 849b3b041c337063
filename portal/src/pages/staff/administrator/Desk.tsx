import { api } from "../../../api/client";
import { useChange } from "../../../api/queries";
import { useMe } from "../../../app/session";
import { Card, Form, Notice, Radios, useForm } from "../../../ui";
import { t } from "./words";

const CHOICES = ["on", "off"] as const;

/** Whether two operators are needed for each recovery of access. The API tells the answer only when it is set. */
export function Desk({ organisationId }: { organisationId: string }) {
  const system = useMe().acting.organisation_id === "system";
  const path = { organisation_id: organisationId };
  const set = useChange((four_eyes: boolean) => api.PUT("/api/v1/organisations/{organisation_id}/desk", { params: { path }, body: { four_eyes } }));
  const form = useForm({ four_eyes: "" as "" | (typeof CHOICES)[number] }, ({ four_eyes }) => set.mutateAsync(four_eyes === "on"), {
    check: ({ four_eyes }) => ({ four_eyes: four_eyes ? "" : t("deskNeeded") }),
  });
  return (
    <Card>
      <p>{t("deskWhy")}</p>
      {set.isSuccess && !form.changed && (
        <Notice tone="good" live>
          {t(form.values.four_eyes === "on" ? "deskOn" : "deskOff")}
        </Notice>
      )}
      <Form form={form} submit={t("save")}>
        <Radios
          {...form.field("four_eyes")}
          onChange={(four_eyes) => form.set({ four_eyes: four_eyes as (typeof CHOICES)[number] })}
          label={t("deskWho")}
          hint={system ? undefined : t("deskOwn")}
          choices={CHOICES.map((value) => ({ value, label: t(`desk-${value}`) }))}
        />
      </Form>
    </Card>
  );
}
