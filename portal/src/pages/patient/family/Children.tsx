import { api } from "../../../api/client";
import { usePages } from "../../../api/queries";
import { typed } from "../../../api/typed";
import { day } from "../../../i18n/dates";
import { List } from "../../../ui";
import type { Child } from "./shapes";
import { t } from "./words";

/** Children as they were registered here; of their cards only while one acts for them. */
export function Children({ personId }: { personId: string }) {
  const pages = usePages(["family-list", personId], (query) =>
    typed<{ items: Child[]; next?: string }>(api.GET("/api/v1/me/family", { params: { query } })),
  );
  return (
    <List
      of={pages}
      label={t("children")}
      keyOf={(child) => child.patient_id}
      empty={<p className="quiet">{t("noChildren")}</p>}
    >
      {(child) => <OneChild child={child} />}
    </List>
  );
}

function OneChild({ child: { person, acting, card, until } }: { child: Child }) {
  return (
    <>
      <h3>{[person.last_name, person.first_name, person.middle_name].filter(Boolean).join(" ")}</h3>
      <p className="quiet">{t("born", { day: day(person.birth_date) })}</p>
      <p>{acting ? t(until ? "youActUntil" : "youAct", { day: day(until) }) : t("youActNot")}</p>
      {card === "suspended" && <p>{t("cardSuspended")}</p>}
    </>
  );
}
