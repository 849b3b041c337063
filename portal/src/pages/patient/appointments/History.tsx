import { api } from "../../../api/client";
import { usePages } from "../../../api/queries";
import { typed } from "../../../api/typed";
import { useCardId } from "../../../app/session";
import { dictionary } from "../../../i18n";
import { Empty, List, Page } from "../../../ui";
import type { Appointment } from "./shapes";
import { VisitCard } from "./VisitCard";
import { t as words } from "./words";
import "./appointments.css";

/** Every appointment there was, the latest first. */
export default function History() {
  const cardId = useCardId();
  const found = usePages(["appointment-list", cardId, "all"], (query) =>
    typed<{ items: Appointment[]; next?: string }>(
      api.GET("/api/v1/me/appointments", { params: { query: { ...query, which: "all" } } }),
    ),
  );
  return (
    <Page title={t("title")} lead={t("lead")} up={{ to: "/appointments", label: words("appointments") }}>
      <List
        of={found}
        keyOf={(visit) => visit.id}
        label={t("title")}
        empty={
          <Empty title={t("none")}>
            <p>{t("noneWhy")}</p>
          </Empty>
        }
      >
        {(visit) => <VisitCard visit={visit} />}
      </List>
    </Page>
  );
}

const t = dictionary({
  ru: {
    title: "Все записи",
    lead: "Сначала те, что позже всех: будущие, потом прошедшие и отменённые.",
    none: "Записей ещё не было",
    noneWhy: "Здесь останется каждая запись к врачу: и состоявшаяся, и отменённая.",
  },
  en: {
    title: "All appointments",
    lead: "The latest first: coming ones, then past and cancelled ones.",
    none: "There have been no appointments",
    noneWhy: "Every appointment stays here: those that took place and those that were cancelled.",
  },
});
