/** An organisation's administrator decides whether pages leave to a service outside that reads handwriting. */
import { useState } from "react";
import { api } from "../../../api/client";
import { useChange } from "../../../api/queries";
import { inLanguage } from "../../../i18n";
import { Button, Card, Confirm, Notice, Page, ProblemBox, say, Shown } from "../../../ui";
import { useSettings } from "./Scans";
import type { Settings } from "./shapes";
import { t } from "./words";

export default function Handwriting() {
  const found = useSettings();
  return (
    <Page title={t("handwritten")} lead={t("handwrittenLead")} width="text">
      <Shown of={found}>{(settings) => (settings.handwriting.connected ? <Switch settings={settings} /> : <Notice title={t("notConnected")}>{t("notConnectedWhy")}</Notice>)}</Shown>
    </Page>
  );
}

function Switch({ settings }: { settings: Settings }) {
  const [asked, setAsked] = useState(false);
  const { switched_on: on, title } = settings.handwriting;
  const service = inLanguage({ ru: "", en: "", ...title });
  const switched = useChange((handwriting: boolean) => api.PUT("/api/v1/recognition-settings", { body: { handwriting } }), [["recognition-settings"]]);
  const set = (handwriting: boolean) => {
    setAsked(false);
    switched.mutate(handwriting, { onSuccess: () => say(t("changed")) });
  };
  return (
    <Card tone={on ? "warn" : "accent"}>
      <p>
        <strong>{t(on ? "readsOutside" : "readsNothing", { title: service })}</strong>
      </p>
      {switched.error && <ProblemBox problem={switched.error} />}
      <div className="row">
        <Button kind="secondary" busy={switched.isPending} onPress={() => (on ? set(false) : setAsked(true))}>
          {t(on ? "switchOff" : "switchOn")}
        </Button>
      </div>
      <Confirm title={t("switchOnTitle")} open={asked} onClose={() => setAsked(false)} yes={t("switchOn")} onYes={() => set(true)}>
        <p>{t("switchOnWhat", { title: service })}</p>
      </Confirm>
    </Card>
  );
}
