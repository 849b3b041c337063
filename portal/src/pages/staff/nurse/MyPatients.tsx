/** The day of a nurse: whoever agreed, and what is done with them most. */
import { Link } from "wouter";
import { api } from "../../../api/client";
import { usePages } from "../../../api/queries";
import { typed } from "../../../api/typed";
import { ButtonLink, Empty, List, Section } from "../../../ui";
import { PatientName } from "../doctor/PatientName";
import type { MyPatient } from "../doctor/shapes";
import { t } from "./words";

export function MyPatients() {
  const pages = usePages(["consent-my-patients"], (query) => typed<{ items: MyPatient[]; next?: string }>(api.GET("/api/v1/me/patients", { params: { query } })));
  const open = { ...pages, items: pages.items.filter(({ state }) => state === "granted") };
  return (
    <Section title={t("agreed")}>
      <List of={open} label={t("agreed")} keyOf={(one) => one.patient_id} empty={<Empty title={t("nobody")}>{t("nobodyWhy")}</Empty>}>
        {({ patient_id }) => (
          <>
            <Link href={`/patients/${patient_id}`}>
              <strong>
                <PatientName patientId={patient_id} />
              </strong>
            </Link>
            <div className="row">
              <ButtonLink to={`/measure/${patient_id}`} kind="primary">
                {t("toMeasure")}
              </ButtonLink>
              <ButtonLink to={`/vaccinate/${patient_id}`}>{t("toVaccinate")}</ButtonLink>
            </div>
          </>
        )}
      </List>
    </Section>
  );
}
