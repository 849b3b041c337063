import { api } from "../../../api/client";
import { usePages, useRead } from "../../../api/queries";
import { typed } from "../../../api/typed";
import { useCardId } from "../../../app/session";
import type { Case, CaseKind } from "./shapes";

type Organisation = { organisation_id: string; name: string };
type Page<T> = { items: T[]; next?: string };

const HOUR = 3_600_000; // kinds of request change with the system's version alone

export function useKinds({ wanted = true } = {}) {
  return useRead(["case-kinds"], () => typed<{ items: CaseKind[] }>(api.GET("/api/v1/case-kinds")), {
    wanted,
    fresh: HOUR,
  });
}

export const casesKey = (cardId: string) => ["case-list", cardId];

export function useCases() {
  const cardId = useCardId();
  return usePages(casesKey(cardId), (query) => typed<Page<Case>>(api.GET("/api/v1/me/cases", { params: { query } })));
}

/** Clinics, by name. */
export function useOrganisations({ wanted = true } = {}) {
  const ask = (query: object) =>
    typed<Page<Organisation>>(api.GET("/api/v1/directory/organisations", { params: { query } }));
  const { items } = usePages(["directory-organisations"], ask, { limit: 100, wanted });
  return items.map(({ organisation_id, name }) => ({ value: organisation_id, label: name }));
}
