import { useState } from "react";
import { useParams } from "wouter";
import { api } from "../../../api/client";
import { useChange, usePages } from "../../../api/queries";
import { ifMatch, typed } from "../../../api/typed";
import { day, dayAndTime } from "../../../i18n/dates";
import { inLanguage } from "../../../i18n";
import { kindOf, useKinds, type Kind } from "../../../records";
import { Button, ButtonLink, Card, Confirm, Empty, Facts, List, More, Page, ProblemBox, say, Section, Shown, Tag } from "../../../ui";
import { Preview } from "./Preview";
import { CHANGED, useChoices, useTemplate, type Scope, type State, type Template as Kept, type TemplateVersion } from "./shapes";
import { t } from "./words";
import "./templates.css";

/** One template: what it looks like, who sees it, and its versions. */
export default function Template() {
  const { templateId = "" } = useParams();
  const kinds = useKinds();
  const found = useTemplate(templateId);
  return (
    <Shown of={kinds}>
      {(known) => (
        <Shown of={found}>
          {(template) => {
            const kind = kindOf(known, template.kind);
            return kind ? <One template={template} kind={kind} /> : <Page title={t("noTemplate")}>{null}</Page>;
          }}
        </Shown>
      )}
    </Shown>
  );
}

function One({ template, kind }: { template: Kept; kind: Kind }) {
  const choices = useChoices();
  const specialty = choices.data?.specialties.find(({ code }) => code === template.specialty)?.label;
  const editable = template.may.change && template.state === "active";
  return (
    <Page title={template.name} up={{ to: "/templates", label: t("title") }} width="text" actions={editable && <ButtonLink to={`/templates/${template.id}/edit`}>{t("edit")}</ButtonLink>}>
      {template.state === "archived" && <Tag>{t("archived")}</Tag>}
      <Facts
        facts={[
          [t("kind"), inLanguage(kind.labels)],
          [t("specialty"), specialty],
          [t("whose"), t(`scope-${template.scope}`)],
          [t("version", { n: template.version }), dayAndTime(template.updated_at)],
        ]}
      />
      <Section title={t("preview")}>
        <p className="quiet">{t("previewWhy")}</p>
        <Card>
          <Preview kind={kind} body={template.body} />
        </Card>
      </Section>
      <Moves template={template} />
      <Versions template={template} kind={kind} />
    </Page>
  );
}

const MOVES: Record<`${Scope}-${Scope}` | "", Parameters<typeof t>[0]> = {
  "": "shared",
  "own-department": "toDepartment",
  "department-own": "toOwn",
  "department-organisation": "toOrganisation",
  "organisation-department": "backToDepartment",
  "own-own": "shared",
  "own-organisation": "toOrganisation",
  "organisation-own": "toOwn",
  "department-department": "shared",
  "organisation-organisation": "shared",
};

/** Who sees it, and whether it is offered. */
function Moves({ template }: { template: Kept }) {
  const [asked, setAsked] = useState(false);
  const params = { path: { template_id: template.id } };
  const headers = ifMatch(template.version);
  const share = useChange((scope: Scope) => api.PUT("/api/v1/entry-templates/{template_id}/scope", { params, headers, body: { scope } }), CHANGED);
  const archive = useChange((state: State) => api.PUT("/api/v1/entry-templates/{template_id}/state", { params, headers, body: { state } }), CHANGED);
  const problem = share.error ?? archive.error;
  const active = template.state === "active";
  if (!template.may.change && !template.may.share.length) return null;
  return (
    <div className="stack">
      {problem && <ProblemBox problem={problem} />}
      <div className="row">
        {active &&
          template.may.share.map((to) => (
            <Button key={to} kind="secondary" busy={share.isPending} onPress={() => share.mutate(to, { onSuccess: () => say(t("shared", { where: t(`scope-${to}`) })) })}>
              {t(MOVES[`${template.scope}-${to}`])}
            </Button>
          ))}
        {template.may.change && (
          <Button kind="plain" busy={archive.isPending} onPress={() => (active ? setAsked(true) : archive.mutate("active"))}>
            {t(active ? "archive" : "unarchive")}
          </Button>
        )}
      </div>
      <Confirm title={t("archive")} yes={t("archive")} open={asked} busy={archive.isPending} onClose={() => setAsked(false)} onYes={() => archive.mutate("archived", { onSuccess: () => setAsked(false) })}>
        {t("archiveAsk")}
      </Confirm>
    </div>
  );
}

function Versions({ template, kind }: { template: Kept; kind: Kind }) {
  const path = { template_id: template.id };
  const pages = usePages(["entry-template-history", template.id], (query) => typed<{ items: TemplateVersion[]; next?: string }>(api.GET("/api/v1/entry-templates/{template_id}/versions", { params: { path, query } })));
  const restore = useChange(
    (version: number) => api.POST("/api/v1/entry-templates/{template_id}/versions/{version}/restoration", { params: { path: { ...path, version: String(version) } }, headers: ifMatch(template.version) }),
    CHANGED,
  );
  const editable = template.may.change && template.state === "active";
  return (
    <Section title={t("versions")}>
      {restore.error && <ProblemBox problem={restore.error} />}
      <List of={pages} label={t("versions")} keyOf={(one) => String(one.version)} empty={<Empty title={t("nothingYet")} />}>
        {(one) => (
          <div className="stack-tight">
            <span className="row">
              <strong>{t("version", { n: one.version })}</strong>
              {one.version === template.version && <Tag tone="info">{t("present")}</Tag>}
              <span className="quiet">
                {t(`change-${one.change}`)}, {one.by.me ? t("byMe") : t(`by-${one.by.role as "doctor"}`)}, {day(one.updated_at)}
              </span>
            </span>
            {one.version !== template.version && (
              <More title={t("seeVersion")}>
                <div className="stack">
                  <p className="quiet">{one.name}</p>
                  <Preview kind={kind} body={one.body} />
                  {editable && (
                    <div>
                      <Button kind="secondary" busy={restore.isPending} onPress={() => restore.mutate(one.version, { onSuccess: () => say(t("restored")) })}>
                        {t("restore")}
                      </Button>
                    </div>
                  )}
                </div>
              </More>
            )}
          </div>
        )}
      </List>
    </Section>
  );
}
