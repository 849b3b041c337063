/** Lines of the whole log in words. A search is an entry too: it is made once, and its answer is not kept on the device. */
import { useEffect } from "react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { api } from "../../../api/client";
import type { Problem } from "../../../api/problems";
import { typed } from "../../../api/typed";
import { currentLanguage, inLanguage } from "../../../i18n";
import { dayAndTime } from "../../../i18n/dates";
import type { Role } from "../../../app/roles";
import { Empty, Facts, List, More, Notice, Tag } from "../../../ui";
import { ACTORS, short, type LogBody, type LogLine } from "./shapes";
import { t } from "./logWords";

export type Wanted = {
  patient_id?: string;
  actor_id?: string;
  action?: string;
  outcome?: "" | LogBody["outcome"];
  role?: "" | Role;
  from?: string;
  to?: string;
};
type Part = { items: LogLine[]; next?: string; scanned_until: string | null };

const PART = 50;
const ENOUGH = 10; // a part may be short, or empty, and yet have a next one

function useLog(wanted: Wanted) {
  const found = useInfiniteQuery<Part, Problem, { pages: Part[] }, readonly unknown[], string>({
    queryKey: ["audit-search", currentLanguage(), wanted],
    queryFn: async ({ pageParam }) => (await typed<Part>(api.POST("/api/v1/audit/search", { body: { ...wanted, limit: PART, cursor: pageParam } }))).data as Part,
    initialPageParam: "",
    getNextPageParam: (last) => last.next || undefined,
    staleTime: Infinity,
    meta: { kept: false },
  });
  const items = (found.data?.pages ?? []).flatMap((part) => part.items);
  const few = items.length < ENOUGH && found.hasNextPage && !found.isFetchingNextPage && !found.error;
  const readMore = found.fetchNextPage;
  useEffect(() => {
    if (few) void readMore();
  }, [few, readMore]);
  return {
    items,
    problem: found.error,
    loading: found.isPending || (items.length === 0 && found.hasNextPage && !found.error),
    more: found.hasNextPage,
    loadingMore: found.isFetchingNextPage,
    readMore: () => void readMore(),
    again: () => void found.refetch(),
  };
}

export function LogLines({ wanted, marked = [] }: { wanted: Wanted; marked?: readonly string[] }) {
  const lines = useLog(wanted);
  return (
    <List of={lines} label={t("lines")} keyOf={(line) => line.id} empty={<Empty title={t("noLines")}>{t("noLinesWhy")}</Empty>}>
      {(line) => <Line line={line} marked={marked.includes(line.id)} />}
    </List>
  );
}

const TONES = { success: "quiet", denied: "warn", error: "bad" } as const;

function Line({ line, marked }: { line: LogLine; marked: boolean }) {
  if (line.altered) {
    return (
      <Notice tone="bad" title={t("altered")}>
        {t("alteredWhen", { when: dayAndTime(line.at), n: line.seq })}
      </Notice>
    );
  }
  if (!line.body) return <p className="quiet">{t("unreadable", { when: dayAndTime(line.at), n: line.seq })}</p>;
  const { body } = line;
  return (
    <>
      <div className="row-between">
        <strong>{line.what}</strong>
        <span className="row">
          {marked && <Tag tone="info">{t("isEvidence")}</Tag>}
          {body.outcome !== "success" && <Tag tone={TONES[body.outcome]}>{t(`result-${body.outcome}`)}</Tag>}
        </span>
      </div>
      <p>{t("lineWho", { role: inLanguage(ACTORS[body.actor.role] ?? { ru: body.actor.role, en: body.actor.role }), id: short(body.actor.id) })}</p>
      <p className="quiet">{dayAndTime(line.at)}</p>
      <Whole line={line} body={body} />
    </>
  );
}

/** Ids as they stand in the log, to be taken into another search. */
function Whole({ line, body }: { line: LogLine; body: LogBody }) {
  return (
    <More title={t("whole")}>
      <Facts
        facts={[
          [t("actor"), body.actor.id],
          [t("patient"), body.patient],
          [t("organisation"), body.actor.org],
          [t("department"), body.actor.dept],
          [t("action"), body.action],
          [t("thing"), [body.resource.type, body.resource.id, body.resource.version || ""].filter(Boolean).join(" ")],
          [t("why"), body.reason],
          [t("address"), body.ip],
          [t("request"), body.request],
          [t("place"), `${line.year} / ${line.seq}`],
          [t("entry"), line.id],
        ]}
      />
    </More>
  );
}
