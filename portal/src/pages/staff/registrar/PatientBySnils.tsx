/** Lists hold no names, so whoever stands at the desk is found by their SNILS. */
import { api, got } from "../../../api/client";
import { typed } from "../../../api/typed";
import { Card, Form, TextField, useForm } from "../../../ui";
import { snilsRight } from "../../entry/checks";
import { p } from "./patientWords";

type Props = { submit: string; found: (patientId: string) => void; kind?: "primary" | "secondary" };

export function PatientBySnils({ submit, found, kind = "primary" }: Props) {
  const form = useForm({ snils: "" }, ({ snils }) => got(typed<{ patient_id: string }>(api.POST("/api/v1/patients/look-up", { body: { snils } }))), {
    check: ({ snils }) => ({ snils: snilsRight(snils) ? "" : p("snilsWrong") }),
    done: ({ patient_id: patientId }) => found(patientId),
  });
  return (
    <Card>
      <Form form={form} submit={submit} kind={kind}>
        <TextField {...form.field("snils")} label={p("snils")} hint={p("snilsHint")} inputMode="numeric" width="middle" required />
      </Form>
    </Card>
  );
}
