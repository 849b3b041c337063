import { api } from "../../../api/client";
import { useChange, useRead } from "../../../api/queries";
import { typed } from "../../../api/typed";
import { useCardId } from "../../../app/session";
import { day } from "../../../i18n/dates";
import { Button, Card, Empty, Form, Page, ProblemBox, say, Section, Select, Shown, useForm } from "../../../ui";
import type { Block } from "./shapes";
import { t } from "./words";

type Organisation = { organisation_id: string; name: string };

/** Whom one wants never to be asked by: a person or a whole clinic. An emergency alone goes past it. */
export default function Closed() {
  const cardId = useCardId();
  const key = ["block-list", cardId];
  const found = useRead(key, () => typed<{ items: Block[] }>(api.GET("/api/v1/me/blocks")));
  const organisations = useRead(["directory-organisations", "first"], () => typed<{ items: Organisation[] }>(api.GET("/api/v1/directory/organisations", { params: { query: { limit: 100 } } })));
  const names = new Map((organisations.data?.items ?? []).map(({ organisation_id, name }) => [organisation_id, name]));
  const opened = useChange((grantee_id: string) => api.DELETE("/api/v1/me/blocks/{grantee_id}", { params: { path: { grantee_id } } }), [key]);
  const closed = useChange((grantee_id: string) => api.PUT("/api/v1/me/blocks/{grantee_id}", { params: { path: { grantee_id } }, body: { kind: "organisation" } }), [key, ["consent-list"]]);
  const form = useForm({ organisation: "" }, ({ organisation }) => closed.mutateAsync(organisation), {
    check: ({ organisation }) => ({ organisation: organisation ? "" : t("organisationNeeded") }),
    done: () => say(t("closedIt")),
  });
  return (
    <Page title={t("closed")} lead={t("closedLead")} up={{ to: "/access", label: t("title") }} width="text">
      {opened.error && <ProblemBox problem={opened.error} />}
      <Shown of={found}>
        {({ items }) =>
          items.length ? (
            <ul className="plain-list stack" aria-label={t("closed")}>
              {items.map((block) => {
                const name = block.name ?? names.get(block.grantee_id) ?? t(block.kind === "member" ? "someone" : "organisation");
                return (
                  <Card key={block.grantee_id} as="li">
                    <div className="row-between">
                      <span>
                        {name} <span className="quiet">{day(block.at)}</span>
                      </span>
                      <Button kind="secondary" busy={opened.isPending} onPress={() => opened.mutate(block.grantee_id)} label={`${t("openAgain")}: ${name}`}>
                        {t("openAgain")}
                      </Button>
                    </div>
                  </Card>
                );
              })}
            </ul>
          ) : (
            <Empty title={t("noneClosed")}>{t("noneClosedWhy")}</Empty>
          )
        }
      </Shown>
      <Section title={t("closeTo")}>
        <Card>
          <Form form={form} submit={t("close")} kind="danger">
            <Select {...form.field("organisation")} label={t("organisation")} hint={t("closeHint")} empty={t("choose")} choices={[...names].map(([value, label]) => ({ value, label }))} />
          </Form>
        </Card>
      </Section>
    </Page>
  );
}
