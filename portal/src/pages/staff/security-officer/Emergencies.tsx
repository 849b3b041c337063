import { Link } from "wouter";
import { api } from "../../../api/client";
import { usePages } from "../../../api/queries";
import { typed } from "../../../api/typed";
import { dayAndTime } from "../../../i18n/dates";
import { Empty, List, Page, Tag } from "../../../ui";
import { short, type Emergency } from "./shapes";
import { t } from "./words";

const TONES = { open: "warn", justified: "good", unjustified: "bad" } as const;

export const Reviewed = ({ of }: { of: Emergency["state"] }) => <Tag tone={TONES[of]}>{t(`review-${of}`)}</Tag>;

export default function Emergencies() {
  const pages = usePages(["emergency-queue"], (query) => typed<{ items: Emergency[]; next?: string }>(api.GET("/api/v1/emergencies", { params: { query } })));
  return (
    <Page title={t("emergencies")} lead={t("emergenciesLead")}>
      <List of={pages} label={t("emergencies")} keyOf={(one) => one.id} empty={<Empty title={t("noEmergencies")}>{t("noEmergenciesWhy")}</Empty>}>
        {(one) => (
          <>
            <div className="row-between">
              <Link href={`/emergencies/${one.patient}/${one.id}`}>
                <strong>{t(`reason-${one.reason}`)}</strong>
              </Link>
              <span className="row">
                {one.overdue && <Tag tone="bad">{t("overdue")}</Tag>}
                <Reviewed of={one.state} />
              </span>
            </div>
            <p>{t("doctorOpened", { id: short(one.person), n: one.uses })}</p>
            <p className="quiet">
              {dayAndTime(one.at)}. {one.state === "open" && t("decideBy", { when: dayAndTime(one.review_by) })}
            </p>
          </>
        )}
      </List>
    </Page>
  );
}
