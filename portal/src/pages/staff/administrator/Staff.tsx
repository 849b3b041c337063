import { useState } from "react";
import { api } from "../../../api/client";
import { useChange, usePages } from "../../../api/queries";
import { typed } from "../../../api/typed";
import { ROLE_NAMES, type Role } from "../../../app/roles";
import { inLanguage } from "../../../i18n";
import { day } from "../../../i18n/dates";
import { Button, Card, Confirm, Empty, Form, List, More, ProblemBox, say, Select, Tag, TextField, useForm } from "../../../ui";
import { snilsRight } from "../../entry/checks";
import { t } from "./words";

type Member = { member_id: string; person_id: string; role: Role; department: string; staff_number: string; position: string; state: "active" | "removed"; since: string };

const ROLES = ["doctor", "nurse", "registrar", "administrator", "security-officer", "identity-operator"] as const;
const key = (organisationId: string) => ["staff-list", organisationId];

export function Staff({ organisationId }: { organisationId: string }) {
  const [leaving, setLeaving] = useState<Member | null>(null);
  const path = { organisation_id: organisationId };
  const pages = usePages(key(organisationId), (query) => typed<{ items: Member[]; next?: string }>(api.GET("/api/v1/organisations/{organisation_id}/staff", { params: { path, query } })));
  return (
    <div className="stack">
      <More title={t("addMember")}>
        <Add organisationId={organisationId} />
      </More>
      <List of={pages} label={t("view-staff")} keyOf={(one) => one.member_id} empty={<Empty title={t("noStaff")}>{t("noStaffWhy")}</Empty>}>
        {(one) => (
          <>
            <div className="row-between">
              <strong>{one.position || inLanguage(ROLE_NAMES[one.role])}</strong>
              <Tag tone={one.state === "active" ? "good" : "quiet"}>{t(`member-${one.state}`)}</Tag>
            </div>
            <p>{[inLanguage(ROLE_NAMES[one.role]), one.department, one.staff_number && t("staffNumberIs", { number: one.staff_number })].filter(Boolean).join(", ")}</p>
            <p className="quiet">{t("memberSince", { when: day(one.since), id: one.person_id })}</p>
            {one.state === "active" && (
              <div>
                <Button kind="secondary" label={`${t("takeRole")}: ${one.position}, ${one.person_id.slice(0, 6)}`} onPress={() => setLeaving(one)}>
                  {t("takeRole")}
                </Button>
              </div>
            )}
          </>
        )}
      </List>
      <Remove organisationId={organisationId} member={leaving} close={() => setLeaving(null)} />
    </div>
  );
}

function Remove({ organisationId, member, close }: { organisationId: string; member: Member | null; close: () => void }) {
  const removed = useChange(
    (member_id: string) => api.DELETE("/api/v1/organisations/{organisation_id}/staff/{member_id}", { params: { path: { organisation_id: organisationId, member_id } } }),
    [key(organisationId)],
  );
  const remove = () =>
    member &&
    removed.mutate(member.member_id, {
      onSuccess: () => {
        say(t("roleTaken"));
        close();
      },
    });
  return (
    <Confirm title={t("takeRoleSure")} yes={t("takeRole")} danger open={member !== null} busy={removed.isPending} onYes={() => void remove()} onClose={close}>
      <p>{member && `${member.position || inLanguage(ROLE_NAMES[member.role])}, ${member.department}. `}{t("takeRoleWhat")}</p>
      {removed.error && <ProblemBox problem={removed.error} />}
    </Confirm>
  );
}

const EMPTY = { snils: "", role: "doctor" as (typeof ROLES)[number], department: "", staff_number: "", position: "" };

function Add({ organisationId }: { organisationId: string }) {
  const path = { organisation_id: organisationId };
  const added = useChange((body: typeof EMPTY) => api.POST("/api/v1/organisations/{organisation_id}/staff", { params: { path }, body }), [key(organisationId)]);
  const form = useForm(EMPTY, (values) => added.mutateAsync({ ...values, department: values.department.trim(), position: values.position.trim(), staff_number: values.staff_number.trim() }), {
    check: ({ snils, department }) => ({ snils: snilsRight(snils) ? "" : t("snilsWrong"), department: /^[a-z0-9-]{1,40}$/.test(department.trim()) ? "" : t("departmentWrong") }),
    done: () => {
      say(t("added"));
      form.set(EMPTY);
    },
  });
  return (
    <Card>
      <p>{t("addMemberWhy")}</p>
      <Form form={form} submit={t("add")}>
        <TextField {...form.field("snils")} label={t("snils")} hint={t("snilsHint")} inputMode="numeric" width="middle" required />
        <Select {...form.field("role")} onChange={(role) => form.set({ role: role as (typeof ROLES)[number] })} label={t("role")} choices={ROLES.map((value) => ({ value, label: inLanguage(ROLE_NAMES[value]) }))} />
        <TextField {...form.field("department")} label={t("department")} hint={t("departmentHint")} width="middle" required />
        <TextField {...form.field("position")} label={t("position")} hint={t("positionHint")} optional maxLength={100} />
        <TextField {...form.field("staff_number")} label={t("staffNumber")} optional width="middle" maxLength={40} />
      </Form>
    </Card>
  );
}
