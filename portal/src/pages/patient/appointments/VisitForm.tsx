import { useEffect, useState } from "react";
import { api } from "../../../api/client";
import { queries, useRead } from "../../../api/queries";
import { typed } from "../../../api/typed";
import { dictionary } from "../../../i18n";
import { Loading, Page, Shown } from "../../../ui";
import { loadDraft } from "../../../offline/unfinished";
import { FilledForm } from "./FilledForm";
import { FormAsked } from "./FormAsked";
import { filledFrom, type Filled, type VisitFormData } from "./formShapes";
import { visitMoment } from "./times";
import { draftKey } from "./useKeeping";

/** The form before a visit: to fill in until the visit begins, to read afterwards. */
export default function VisitForm({ params }: { params: { id: string } }) {
  // What is typed changes the form at the server: it is read anew when one comes back.
  useEffect(() => () => queries.removeQueries({ queryKey: ["visit-form-prefill", params.id] }), [params.id]);
  const found = useRead(["visit-form-prefill", params.id], () =>
    typed<VisitFormData>(
      api.GET("/api/v1/me/appointments/{appointment_id}/form", { params: { path: { appointment_id: params.id } } }),
    ),
  );
  return (
    <Page title={t("title")} up={{ to: `/appointments/${params.id}`, label: t("visit") }} width="text">
      <Shown of={found}>
        {(form) => (
          <>
            <p>{t("for", { when: visitMoment(form.appointment.start, form.appointment.zone) })}</p>
            {form.state === "submitted" || form.state === "closed" ? (
              <FilledForm form={form} />
            ) : (
              <Asking key={form.version} form={form} again={() => void found.refetch()} />
            )}
          </>
        )}
      </Shown>
    </Page>
  );
}

/** What was typed on this device without a connection goes before what the server kept. */
function Asking({ form, again }: { form: VisitFormData; again: () => void }) {
  const [filled, setFilled] = useState<Filled | null>(null);
  useEffect(() => {
    void loadDraft<Filled>(draftKey(form.appointment.id)).then((kept) =>
      setFilled(kept?.value ?? filledFrom(form.body)),
    );
  }, [form]);
  return filled ? <FormAsked form={form} initial={filled} again={again} /> : <Loading />;
}

const t = dictionary({
  ru: { title: "Анкета перед приёмом", visit: "Запись на приём", for: "Приём: {when}" },
  en: { title: "Form before the visit", visit: "Appointment", for: "Visit: {when}" },
});
