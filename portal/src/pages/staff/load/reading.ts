import { api } from "../../../api/client";
import { useRead } from "../../../api/queries";
import { typed } from "../../../api/typed";
import { today } from "../../../i18n/dates";
import type { Panel, Proposals } from "./shapes";

const DAYS = 34; // before today: with it as many as the API gives at once
const MONTHS = 11;

export type Asked = { by: "days" | "months"; department: string; member: string };

/** A day so many days or months before today, as "2026-11-12"; of months the first. */
function before(days: number, months: number): string {
  const [year, month, date] = today().split("-").map(Number) as [number, number, number];
  return new Date(Date.UTC(year, month - 1 - months, months ? 1 : date - days)).toISOString().slice(0, 10);
}

export function useLoad({ by, department, member }: Asked) {
  const query = {
    from: by === "days" ? before(DAYS, 0) : before(0, MONTHS),
    to: today(),
    ...(department && { department }),
    ...(member && { member_id: member }),
  };
  return useRead(["load", by, query.from, query.to, department, member], () =>
    typed<Panel>(by === "days" ? api.GET("/api/v1/load/days", { params: { query } }) : api.GET("/api/v1/load/months", { params: { query } })),
  );
}

export const PROPOSALS = ["load-proposals"];

export const useProposals = () => useRead(PROPOSALS, () => typed<Proposals>(api.GET("/api/v1/load/proposals")));
