import { useParams } from "wouter";
import { api } from "../../../api/client";
import { usePages } from "../../../api/queries";
import { typed } from "../../../api/typed";
import { inLanguage } from "../../../i18n";
import { dayAndTime } from "../../../i18n/dates";
import { kindOf, useKinds } from "../../../records";
import { Empty, List, Page } from "../../../ui";
import type { Opening } from "./shapes";
import { t } from "./words";

const SAID = ["opened", "read", "refused", "locked", "revoked"] as const;
const isSaid = (what: string): what is (typeof SAID)[number] => (SAID as readonly string[]).includes(what);

/** The journal of one link: each opening, what was read, wrong passcodes. */
export default function Openings() {
  const { shareId = "" } = useParams();
  const kinds = useKinds();
  const pages = usePages(["share-openings", shareId], (query) =>
    typed<{ items: Opening[]; next?: string }>(api.GET("/api/v1/me/shares/{share_id}/openings", { params: { path: { share_id: shareId }, query } })),
  );
  const kindName = (name: string) => {
    const kind = kinds.data && kindOf(kinds.data, name);
    return kind ? inLanguage(kind.labels) : name;
  };
  return (
    <Page title={t("whoOpened")} lead={t("openingsLead")} up={{ to: "/links", label: t("links") }} width="text">
      <List of={pages} label={t("whoOpened")} keyOf={(line) => `${line.at}${line.what}${line.record_id ?? ""}`} empty={<Empty title={t("notOpened")}>{t("notOpenedWhy")}</Empty>}>
        {(line) => (
          <>
            <strong>{dayAndTime(line.at)}</strong>
            <p>
              {isSaid(line.what) ? t(`opening-${line.what}`) : line.what}
              {line.kind && `: ${kindName(line.kind)}`}
            </p>
            <p className="quiet">{[line.client, line.network].filter(Boolean).join(" · ")}</p>
          </>
        )}
      </List>
    </Page>
  );
}
