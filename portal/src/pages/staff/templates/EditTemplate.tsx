import { useLocation, useParams } from "wouter";
import { api } from "../../../api/client";
import { useChange } from "../../../api/queries";
import { ifMatch } from "../../../api/typed";
import { kindOf, useKinds, type Kind } from "../../../records";
import { Empty, Page, say, Shown } from "../../../ui";
import { Editor, type Written } from "./Editor";
import { CHANGED, useChoices, useTemplate, type Choices, type Template } from "./shapes";
import { t } from "./words";

export default function EditTemplate() {
  const { templateId = "" } = useParams();
  const kinds = useKinds();
  const choices = useChoices();
  const found = useTemplate(templateId);
  return (
    <Page title={t("edit")} lead={t("lead")} up={{ to: `/templates/${templateId}`, label: found.data?.name ?? t("title") }} width="text">
      <Shown of={kinds}>
        {(known) => (
          <Shown of={choices}>
            {(chosen) => (
              <Shown of={found}>
                {(template) => {
                  const kind = kindOf(known, template.kind);
                  return kind && template.may.change ? <Editing key={template.version} template={template} kind={kind} choices={chosen} /> : <Empty title={t("noKind")} />;
                }}
              </Shown>
            )}
          </Shown>
        )}
      </Shown>
    </Page>
  );
}

function Editing({ template, kind, choices }: { template: Template; kind: Kind; choices: Choices }) {
  const [, go] = useLocation();
  const change = useChange((written: Written) => api.PUT("/api/v1/entry-templates/{template_id}", { params: { path: { template_id: template.id } }, headers: ifMatch(template.version), body: written as never }), CHANGED);
  const send = async (written: Written) => {
    await change.mutateAsync(written);
    say(t("saved"));
    go(`/templates/${template.id}`);
  };
  return <Editor kind={kind} choices={choices} given={template} submit={t("save")} send={send} />;
}
