import { api } from "../../../api/client";
import { useChange, usePages } from "../../../api/queries";
import { typed } from "../../../api/typed";
import { dayAndTime, time } from "../../../i18n/dates";
import { Button, Empty, Facts, List, Page, ProblemBox, say } from "../../../ui";
import type { Paged } from "./shapes";
import { t } from "./words";

type Said = { schedule: string; start: string; until: string; status: "busy" | "cancelled" };
type Conflict = { id: string; at: string; sent: Said; standing: Said };

/** An outside system said two things about one time; nobody but a person knows which is right. */
export default function OutsideTimes() {
  const pages = usePages(["outside-time-list"], (query) => typed<Paged<Conflict>>(api.GET("/api/v1/scheduling/conflicts", { params: { query } })));
  return (
    <Page title={t("outside")} lead={t("outsideLead")} up={{ to: "/messages", label: t("messages") }}>
      <List of={pages} label={t("outside")} keyOf={(one) => one.id} empty={<Empty title={t("noOutside")}>{t("noOutsideWhy")}</Empty>}>
        {(one) => <One conflict={one} />}
      </List>
    </Page>
  );
}

const words = ({ start, until, status }: Said) => `${dayAndTime(start)} – ${time(until)}, ${t(status)}`;

function One({ conflict }: { conflict: Conflict }) {
  const params = { path: { conflict_id: conflict.id } };
  const decided = useChange((take: "standing" | "sent") => api.POST("/api/v1/scheduling/conflicts/{conflict_id}/decision", { params, body: { take } }), [["outside-time-list"], ["queue-size"]]);
  const choose = (take: "standing" | "sent") => decided.mutate(take, { onSuccess: () => say(t("settled")) });
  return (
    <>
      <Facts
        facts={[
          [t("standing"), words(conflict.standing)],
          [t("sentTime"), words(conflict.sent)],
        ]}
      />
      {decided.error && <ProblemBox problem={decided.error} />}
      <div className="row">
        <Button kind="secondary" busy={decided.isPending} onPress={() => choose("standing")}>
          {t("keep")}
        </Button>
        <Button kind="secondary" busy={decided.isPending} onPress={() => choose("sent")}>
          {t("take")}
        </Button>
      </div>
    </>
  );
}
