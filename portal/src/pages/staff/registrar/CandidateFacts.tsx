import { Facts } from "../../../ui";
import { fieldName } from "./fieldWords";
import type { Candidate } from "./LookAlikes";
import { p } from "./patientWords";

const names = (fields: readonly string[]) => fields.map(fieldName).join(", ");

export function CandidateFacts({ one }: { one: Candidate }) {
  return (
    <>
      <h3>{p("candidate", { id: one.patient_id.slice(0, 6) })}</h3>
      <Facts
        facts={[
          [p("likely"), p("percent", { n: Math.round(one.probability * 100) })],
          [p("agrees"), names(one.agrees)],
          [p("close"), names(one.close)],
          [p("differs"), names(one.differs)],
        ]}
      />
    </>
  );
}
