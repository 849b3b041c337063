/** Lists of patients hold ids; a name is opened here, with the patient's consent and under an entry of its own. */
import { useEffect, useRef, useState } from "react";
import { api } from "../../../api/client";
import { useRead } from "../../../api/queries";
import { typed } from "../../../api/typed";
import { day } from "../../../i18n/dates";
import { fullName, type Person } from "./shapes";
import { t } from "./words";

const LONG = 60 * 60_000; // milliseconds

export const usePerson = (patientId: string, wanted = true) =>
  useRead(["person-read", patientId], () => typed<Person>(api.GET("/api/v1/patients/{patient_id}/person", { params: { path: { patient_id: patientId } } })), {
    wanted,
    fresh: LONG,
  });

/** Asked only once it is on the screen: what nobody looks at leaves no entry. */
export function PatientName({ patientId }: { patientId: string }) {
  const place = useRef<HTMLSpanElement>(null);
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    const watch = new IntersectionObserver(([entry]) => entry?.isIntersecting && setSeen(true));
    if (place.current) watch.observe(place.current);
    return () => watch.disconnect();
  }, []);
  const found = usePerson(patientId, seen);
  return (
    <span ref={place}>
      {found.data ? `${fullName(found.data)}, ${day(found.data.birth_date)}` : found.error ? t("nameClosed", { id: patientId.slice(0, 6) }) : "…"}
    </span>
  );
}
