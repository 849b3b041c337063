import { api } from "../../../api/client";
import { useChange, usePages } from "../../../api/queries";
import { typed } from "../../../api/typed";
import { day } from "../../../i18n/dates";
import { Button, Empty, Facts, List, Page, ProblemBox, say, Tag } from "../../../ui";
import type { App } from "./shapes";
import { t } from "./words";

const nameOf = ({ application }: App): string => (typeof application === "string" ? application : application.name);

/** Applications that the patient let read the card (SMART app launch). */
export default function Apps() {
  const pages = usePages(["app-mine"], (query) => typed<{ items: App[]; next?: string }>(api.GET("/api/v1/me/apps", { params: { query } })));
  return (
    <Page title={t("apps")} lead={t("appsLead")} up={{ to: "/access", label: t("title") }} width="text">
      <List of={pages} label={t("apps")} keyOf={(app) => app.client_id} empty={<Empty title={t("noApps")}>{t("noAppsWhy")}</Empty>}>
        {(app) => <OneApp app={app} />}
      </List>
    </Page>
  );
}

function OneApp({ app }: { app: App }) {
  const path = { client_id: app.client_id };
  const ended = useChange(() => api.DELETE("/api/v1/me/apps/{client_id}", { params: { path } }), [["app-mine"]]);
  const end = () => ended.mutate(undefined, { onSuccess: () => say(t("appEnded")) });
  return (
    <>
      <div className="row-between">
        <h3>{nameOf(app)}</h3>
        <Tag tone={app.state === "active" ? "good" : "quiet"}>{t(`app-${app.state}`)}</Tag>
      </div>
      <Facts
        facts={[
          [t("appReads"), app.reads.join(", ")],
          [t("appSince"), day(app.allowed_at)],
          [t("appUntil"), day(app.until)],
        ]}
      />
      {ended.error && <ProblemBox problem={ended.error} />}
      {app.state === "active" && (
        <div>
          <Button kind="danger" busy={ended.isPending} onPress={end} label={`${t("appEnd")}: ${nameOf(app)}`}>
            {t("appEnd")}
          </Button>
        </div>
      )}
    </>
  );
}
