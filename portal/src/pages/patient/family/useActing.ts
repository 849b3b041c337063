import { useLocation } from "wouter";
import { api } from "../../../api/client";
import { queries, useChange } from "../../../api/queries";
import { useSession } from "../../../app/session";

/** Goes over to the card of somebody for whom one acts; what was read of one's own is forgotten. */
export function useActing() {
  const [, go] = useLocation();
  const { refresh } = useSession();
  return useChange(async (patient_id: string) => {
    await api.POST("/api/v1/me/role", { body: { role: "representative", member_id: "", patient_id } });
    queries.clear();
    go("/");
    await refresh();
  });
}
