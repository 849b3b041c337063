import { useState } from "react";
import { useLocation } from "wouter";
import { api } from "../../../api/client";
import { useChange } from "../../../api/queries";
import { typed } from "../../../api/typed";
import { kindOf, useKinds, type Kind } from "../../../records";
import { Page, say, Select, Shown } from "../../../ui";
import type { SendKey } from "../../../ui/sendKey";
import { Editor, type Written } from "./Editor";
import { CHANGED, useChoices, type Choices } from "./shapes";
import { t } from "./words";

export default function NewTemplate() {
  const kinds = useKinds();
  const choices = useChoices();
  return (
    <Page title={t("add")} lead={t("lead")} up={{ to: "/templates", label: t("title") }} width="text">
      <Shown of={kinds}>{(known) => <Shown of={choices}>{(found) => <Begun kinds={known} choices={found} />}</Shown>}</Shown>
    </Page>
  );
}

function Begun({ kinds, choices }: { kinds: readonly Kind[]; choices: Choices }) {
  const [name, setName] = useState("");
  const [, go] = useLocation();
  const create = useChange(({ written, key }: { written: Written; key: SendKey }) => typed<{ id: string }>(api.POST("/api/v1/entry-templates", { body: written as never, headers: key })), CHANGED);
  const kind = kindOf(kinds, name);
  const send = async (written: Written, key: SendKey) => {
    const made = await create.mutateAsync({ written, key });
    say(t("saved"));
    go(`/templates/${made.id}`);
  };
  return (
    <div className="stack">
      <Select name="kind" label={t("chooseKind")} hint={t("chooseKindHint")} value={name} onChange={setName} empty="" choices={choices.kinds.map((one) => ({ value: one.name, label: one.label }))} />
      {kind && <Editor key={kind.name} kind={kind} choices={choices} submit={t("create")} send={send} />}
    </div>
  );
}
