/** A new version of the portal waits until the person agrees: a silent reload would lose a form. */
import { useEffect, useState } from "react";
import { dictionary } from "../i18n";
import { Button, Notice } from "../ui";

type Policy = { createScriptURL: (url: string) => string };
type Policies = { createPolicy: (name: string, rules: Policy) => Policy };
const WORKER = "/sw.js";

/** The one value that the policy "portal" makes: the address of the service worker (Trusted Types). */
function workerAddress(): string {
  const policies = (window as { trustedTypes?: Policies }).trustedTypes;
  const rules: Policy = {
    createScriptURL: (url) => {
      if (url !== WORKER) throw TypeError(url);
      return url;
    },
  };
  return policies ? policies.createPolicy("portal", rules).createScriptURL(WORKER) : WORKER;
}

let registration: Promise<ServiceWorkerRegistration> | null = null;

export function startWorker(): void {
  if ("serviceWorker" in navigator && import.meta.env.PROD) registration = navigator.serviceWorker.register(workerAddress());
}

export function UpdatePrompt() {
  const [waiting, setWaiting] = useState<ServiceWorker | null>(null);
  useEffect(() => {
    void registration?.then((found) => {
      const ready = () => navigator.serviceWorker.controller && found.waiting && setWaiting(found.waiting);
      ready();
      found.addEventListener("updatefound", () => found.installing?.addEventListener("statechange", ready));
    }, () => undefined);
  }, []);
  if (!waiting) return null;
  const update = () => {
    navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
    waiting.postMessage("skip-waiting");
  };
  return (
    <div className="update no-print">
      <Notice title={t("ready")} live actions={<Button onPress={update}>{t("update")}</Button>}>
        {t("why")}
      </Notice>
    </div>
  );
}

const t = dictionary({
  ru: { ready: "Есть новая версия", why: "Сохраните то, что пишете, и обновите страницу.", update: "Обновить" },
  en: { ready: "There is a new version", why: "Save what you are writing, then update the page.", update: "Update" },
});
