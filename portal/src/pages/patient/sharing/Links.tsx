import { useState } from "react";
import { api } from "../../../api/client";
import { useChange, usePages } from "../../../api/queries";
import { typed } from "../../../api/typed";
import { useCardId } from "../../../app/session";
import { dayAndTime } from "../../../i18n/dates";
import { Button, ButtonLink, Confirm, Empty, List, Page, ProblemBox, say, Tag } from "../../../ui";
import type { ShareLink } from "./shapes";
import { t } from "./words";

const TONES = { active: "good", revoked: "quiet", locked: "bad", expired: "quiet", "used-up": "quiet" } as const;

/** Links that the patient made: to whom, what, until when, how often opened; revoked by one press. */
export default function Links() {
  const cardId = useCardId();
  const pages = usePages(["share-list", cardId], (query) => typed<{ items: ShareLink[]; next?: string }>(api.GET("/api/v1/me/shares", { params: { query } })));
  return (
    <Page
      title={t("links")}
      lead={t("linksLead")}
      actions={
        <ButtonLink to="/links/new" kind="primary">
          {t("newLink")}
        </ButtonLink>
      }
    >
      <List of={pages} label={t("links")} keyOf={(link) => link.share_id} empty={<Empty title={t("noLinks")}>{t("noLinksWhy")}</Empty>}>
        {(link) => <OneLink link={link} />}
      </List>
    </Page>
  );
}

function OneLink({ link }: { link: ShareLink }) {
  const [asked, setAsked] = useState(false);
  const path = { share_id: link.share_id };
  const revoked = useChange(() => api.DELETE("/api/v1/me/shares/{share_id}", { params: { path } }), [["share-list"]]);
  const revoke = () => {
    setAsked(false);
    revoked.mutate(undefined, { onSuccess: () => say(t("linkRevoked")) });
  };
  return (
    <>
      <div className="row-between">
        <h2>{link.label}</h2>
        <Tag tone={TONES[link.state]}>{t(`link-${link.state}`)}</Tag>
      </div>
      <p>
        {t(`recipient-${link.recipient}`)} · {t("linkUntil", { when: dayAndTime(link.until) })} · {t("opened", { n: link.opened, of: link.openings })}
      </p>
      {revoked.error && <ProblemBox problem={revoked.error} />}
      <div className="row">
        <ButtonLink to={`/links/${link.share_id}`} label={`${t("whoOpened")}: ${link.label}`}>
          {t("whoOpened")}
        </ButtonLink>
        {link.state === "active" && (
          <Button kind="danger" busy={revoked.isPending} onPress={() => setAsked(true)} label={`${t("revoke")}: ${link.label}`}>
            {t("revoke")}
          </Button>
        )}
      </div>
      <Confirm title={t("revokeLink")} yes={t("revoke")} danger open={asked} onYes={revoke} onClose={() => setAsked(false)}>
        {t("revokeLinkWhat")}
      </Confirm>
    </>
  );
}
