/** All kinds of records of a card, by section; what one may write has its button. */
import "./doctor.css";
import { Link } from "wouter";
import { useMe } from "../../../app/session";
import { inLanguage } from "../../../i18n";
import { useKinds, type Kind } from "../../../records";
import { SECTION_NAMES } from "../../../records/sections";
import { ButtonLink, Section, Shown } from "../../../ui";
import { t } from "./words";

/** Written by a process of its own, so not by the plain form of its kind. */
const BY_A_PROCESS: readonly string[] = ["prescription", "vaccination-certificate", "visit-form", "observation-series"];

const DELIVERED = "received-"; // brought by other systems, never by hand

export const mayWrite = (kind: Kind, role: string): boolean =>
  kind.written_by.includes(role) && !BY_A_PROCESS.includes(kind.name) && !kind.name.startsWith(DELIVERED);

export function PatientSections({ patientId }: { patientId: string }) {
  const kinds = useKinds();
  return (
    <Section title={t("sections")}>
      <div className="row">
        <ButtonLink to={`/patients/${patientId}/signs`}>{t("signs")}</ButtonLink>
        <ButtonLink to={`/patients/${patientId}/indicators`}>{t("indicators")}</ButtonLink>
        <ButtonLink to={`/patients/${patientId}/scans`}>{t("scans")}</ButtonLink>
      </div>
      <Shown of={kinds}>
        {(known) => (
          <div className="patient-sections">
            {Object.entries(SECTION_NAMES).map(([section, name]) => (
              <OneSection key={section} title={inLanguage(name)} kinds={known.filter((kind) => kind.section === section)} patientId={patientId} />
            ))}
          </div>
        )}
      </Shown>
    </Section>
  );
}

function OneSection({ title, kinds, patientId }: { title: string; kinds: readonly Kind[]; patientId: string }) {
  const { role } = useMe();
  return (
    <section className="stack-tight">
      <h3>{title}</h3>
      <ul className="plain-list">
        {kinds.map((kind) => (
          <li key={kind.name} className="patient-kind">
            <Link href={`/patients/${patientId}/${kind.collection}`} className="patient-section">
              {inLanguage(kind.labels)}
            </Link>
            {mayWrite(kind, role) && (
              <ButtonLink to={`/patients/${patientId}/new/${kind.name}`} kind="plain" label={`${t("write")}: ${inLanguage(kind.labels)}`}>
                {t("write")}
              </ButtonLink>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
