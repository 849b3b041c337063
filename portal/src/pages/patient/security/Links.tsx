import { api } from "../../../api/client";
import { useChange, useRead } from "../../../api/queries";
import { inLanguage, type Two } from "../../../i18n";
import { day } from "../../../i18n/dates";
import { Button, Card, Empty, ProblemBox, Shown } from "../../../ui";
import { t } from "./words";

type Link = { provider: string; linked_at: string };
type Provider = { name: string; title: Two };
const KEY = ["link-list"];

/** Providers whose login opens this account. */
export function Links() {
  const providers = useRead(["providers"], () => api.GET("/api/v1/sign-in/providers"));
  const titles = new Map(((providers.data?.["items"] ?? []) as Provider[]).map(({ name, title }) => [name, title]));
  const found = useRead(KEY, () => api.GET("/api/v1/me/links"));
  const removed = useChange((provider: string) => api.DELETE("/api/v1/me/links/{provider}", { params: { path: { provider } } }), [KEY]);
  return (
    <Shown of={found} lines={1}>
      {(data) => {
        const links = data["items"] as Link[];
        if (!links.length) return <Empty title={t("noLinks")}>{t("noLinksWhy")}</Empty>;
        return (
          <ul className="plain-list stack-tight" aria-label={t("links")}>
            {links.map((link) => {
              const title = titles.get(link.provider);
              const name = title ? inLanguage(title) : link.provider;
              return (
                <li key={link.provider}>
                  <Card>
                    <div className="row-between">
                      <span>
                        {name} <span className="quiet">{day(link.linked_at)}</span>
                      </span>
                      <Button kind="plain" busy={removed.isPending} onPress={() => removed.mutate(link.provider)} label={`${t("remove")}: ${name}`}>
                        {t("remove")}
                      </Button>
                    </div>
                  </Card>
                </li>
              );
            })}
            {removed.error && <ProblemBox problem={removed.error} />}
          </ul>
        );
      }}
    </Shown>
  );
}
