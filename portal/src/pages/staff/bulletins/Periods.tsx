import { Link } from "wouter";
import { api } from "../../../api/client";
import { usePages } from "../../../api/queries";
import { typed } from "../../../api/typed";
import { day } from "../../../i18n/dates";
import { Empty, List } from "../../../ui";
import { periodWords, t } from "./words";

type Line = { period: string; published_at: string; empty: boolean };

/** Reports of one organisation, the newest month first; of a month without numbers the line says so. */
export function Periods({ organisationId }: { organisationId: string }) {
  const path = { organisation_id: organisationId };
  const pages = usePages(["bulletin-list", organisationId], (query) =>
    typed<{ items: Line[]; next?: string }>(api.GET("/api/v1/organisations/{organisation_id}/bulletins", { params: { path, query } })),
  );
  return (
    <List of={pages} label={t("periods")} keyOf={(one) => one.period} empty={<Empty title={t("none")}>{t("noneWhy")}</Empty>}>
      {(one) => (
        <div className="row-between">
          <Link href={`/bulletins/${organisationId}/${one.period}`}>
            <strong>{periodWords(one.period)}</strong>
          </Link>
          <span className="quiet">
            {t("published", { when: day(one.published_at) })}
            {one.empty && `, ${t("empty")}`}
          </span>
        </div>
      )}
    </List>
  );
}
