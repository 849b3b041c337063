/** The kinds of case that registrars decide. */
import { useQuery } from "@tanstack/react-query";
import { api } from "../../../api/client";
import type { Problem } from "../../../api/problems";
import { got } from "../../../api/client";
import { typed } from "../../../api/typed";
import type { CaseKind } from "./shapes";

const LONG = 60 * 60_000; // milliseconds; kinds change with the system alone

export const useCaseKinds = () =>
  useQuery<CaseKind[], Problem>({
    queryKey: ["case-kinds"],
    queryFn: async () => (await got(typed<{ items: CaseKind[] }>(api.GET("/api/v1/case-kinds")))).items.filter(({ decided_by }) => decided_by.includes("registrar")),
    staleTime: LONG,
  });
