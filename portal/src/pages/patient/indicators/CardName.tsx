import { api } from "../../../api/client";
import { useRead } from "../../../api/queries";
import { useMe } from "../../../app/session";

type Wards = { items: { patient_id: string; name?: string | null }[] };

/** Whose card it is, on paper alone: on the screen the portal says it at its head. */
export function CardName() {
  const { role, profile, person_id, acting } = useMe();
  const stands = role === "representative";
  const wards = useRead(["wards", person_id], () => api.GET("/api/v1/me/wards"), { wanted: stands });
  const ward = (wards.data as unknown as Wards | undefined)?.items.find((one) => one.patient_id === acting.card_id);
  const own = [profile["last_name"], profile["first_name"], profile["middle_name"]].filter(Boolean).join(" ");
  return <p className="indicator-paper">{stands ? ward?.name : own}</p>;
}
