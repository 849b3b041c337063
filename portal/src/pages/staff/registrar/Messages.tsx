import { Link } from "wouter";
import { api } from "../../../api/client";
import { usePages } from "../../../api/queries";
import { typed } from "../../../api/typed";
import { dayAndTime } from "../../../i18n/dates";
import { ButtonLink, Empty, List, Page, Tag } from "../../../ui";
import type { Paged } from "./shapes";
import { t } from "./words";

export type Why = "unmatched" | "contradicts" | "refused" | "unfit" | "merge-wish" | "broken";
export type Waiting = { id: string; client: string; kind: string; reason: Why; at: string; version: number };

export default function Messages() {
  const pages = usePages(["hl7-unmatched-list"], (query) => typed<Paged<Waiting>>(api.GET("/api/v1/hl7/unmatched", { params: { query } })));
  return (
    <Page title={t("messages")} lead={t("messagesLead")} actions={<ButtonLink to="/outside-times">{t("outside")}</ButtonLink>}>
      <List of={pages} label={t("messages")} keyOf={(one) => one.id} empty={<Empty title={t("noMessages")}>{t("noMessagesWhy")}</Empty>}>
        {(one) => (
          <div className="row-between">
            <Link href={`/messages/${one.id}`}>{t("messageOf", { at: dayAndTime(one.at) })}</Link>
            <Tag tone="warn">{t(`why-${one.reason}`)}</Tag>
          </div>
        )}
      </List>
    </Page>
  );
}
