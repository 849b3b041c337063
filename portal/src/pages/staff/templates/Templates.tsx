import { useState } from "react";
import { Link } from "wouter";
import { useMe } from "../../../app/session";
import { day } from "../../../i18n/dates";
import { ButtonLink, Checkbox, Empty, Form, List, Page, Select, Shown, Tabs, Tag, TextField, useForm } from "../../../ui";
import { useChoices, useTemplates, type Choices, type Scope } from "./shapes";
import { t } from "./words";

/** Templates that somebody may see, in the lists where they stand. */
export default function Templates() {
  const me = useMe();
  const scopes: readonly Scope[] = me.role === "administrator" ? ["organisation", "department"] : ["own", "department", "organisation"];
  const [scope, setScope] = useState<Scope>(scopes[0] ?? "own");
  const choices = useChoices();
  return (
    <Page title={t("title")} lead={t("lead")} actions={<ButtonLink to="/templates/new" kind="primary">{t("add")}</ButtonLink>}>
      <Shown of={choices}>
        {(known) => <Tabs label={t("whose")} chosen={scope} onChoose={(to) => setScope(to as Scope)} tabs={scopes.map((id) => ({ id, title: t(id), content: <OfScope key={id} scope={id} choices={known} /> }))} />}
      </Shown>
    </Page>
  );
}

function OfScope({ scope, choices }: { scope: Scope; choices: Choices }) {
  const [asked, setAsked] = useState({ text: "", search: "" });
  const [kind, setKind] = useState("");
  const [archived, setArchived] = useState(false);
  // Words stand in no key: each search has a mark of its own.
  const form = useForm({ text: "" }, ({ text }) => Promise.resolve(setAsked({ text: text.trim(), search: text.trim() && crypto.randomUUID() })));
  const pages = useTemplates({ scope, kind, state: archived ? "archived" : "active", text: asked.text }, asked.search);
  const labels = Object.fromEntries(choices.kinds.map(({ name, label }) => [name, label]));
  return (
    <div className="stack">
      <Form form={form} submit={t("search")} kind="secondary" label={t("find")}>
        <TextField {...form.field("text")} label={t("find")} type="search" maxLength={200} width="middle" />
        <Select name="kind" label={t("kind")} value={kind} onChange={setKind} empty={t("anyKind")} choices={choices.kinds.map(({ name, label }) => ({ value: name, label }))} />
        <Checkbox name="archived" label={t("showArchived")} value={archived} onChange={setArchived} />
      </Form>
      <List of={pages} label={t(scope)} keyOf={(one) => one.id} empty={<Empty title={t("none")}>{t(`none-${scope}`)}</Empty>}>
        {(one) => (
          <div className="stack-tight">
            <Link href={`/templates/${one.id}`}>{one.name}</Link>
            <span className="row quiet">
              {labels[one.kind] ?? one.kind}
              {one.state === "archived" && <Tag>{t("archived")}</Tag>}
              <span>{t("changed", { when: day(one.updated_at) })}</span>
            </span>
          </div>
        )}
      </List>
    </div>
  );
}
