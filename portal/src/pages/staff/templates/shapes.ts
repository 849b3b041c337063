/** Templates as the API tells them, and how they are asked for. */
import { api } from "../../../api/client";
import { usePages, useRead, type PageQuery } from "../../../api/queries";
import { typed } from "../../../api/typed";
import { currentLanguage } from "../../../i18n";
import type { Values } from "../../../records/schema";

export type Scope = "own" | "department" | "organisation";
export type State = "active" | "archived";
export type Listed = {
  id: string;
  name: string;
  kind: string;
  specialty: string;
  scope: Scope;
  state: State;
  version: number;
  updated_at: string;
  mine: boolean;
  may: { change: boolean; share: Scope[] };
};
export type Template = Listed & { body: Values };
export type TemplateVersion = Template & { change: "create" | "change" | "restore" | "share" | "archive"; by: { role: string; me: boolean } };

type Placeholder = {
  name: string;
  label: string;
  parameter: string | null;
  choices: { value: string; label: string }[];
  reads: { kind: string; label: string }[];
};
export type Choices = { kinds: { name: string; label: string }[]; specialties: { code: string; label: string }[]; placeholders: Placeholder[] };

type Origin = { value: string; kind: string | null; record: string | null; date: string | null };
export type Draft = {
  template: { id: string; name: string; version: number };
  body: Values;
  sources: (Origin & { field: string; placeholder: string; label: string })[];
  unfilled: { field: string; placeholder: string; label: string; why: "closed" | "absent" | "stale" | "more"; beside: Origin[] }[];
};

export type Wanted = { scope?: Scope; kind?: string; state?: State; text?: string };

/** `search`: an opaque mark of what was asked for by words; these stand in no key. */
export const useTemplates = ({ text = "", ...wanted }: Wanted, search = "") =>
  usePages(["entry-template-list", wanted.scope ?? "", wanted.kind ?? "", wanted.state ?? "", search], (query: PageQuery) =>
    typed<{ items: Listed[]; next?: string }>(api.POST("/api/v1/entry-templates/search", { body: { ...wanted, text, ...query } as never })),
    { limit: 50 },
  );

export const useTemplate = (id: string) =>
  useRead(["entry-template-read", id], () => typed<Template>(api.GET("/api/v1/entry-templates/{template_id}", { params: { path: { template_id: id } } })));

export const useChoices = () => useRead(["entry-template-choices", currentLanguage()], () => typed<Choices>(api.GET("/api/v1/entry-template-choices", {})));

/** The draft of one template for one patient: read once, it does not change while somebody writes. */
export const useTemplateDraft = (patientId: string, id: string) =>
  useRead(
    ["entry-template-fill", patientId, id],
    () => typed<Draft>(api.GET("/api/v1/entry-template-drafts/{patient_id}/{template_id}", { params: { path: { patient_id: patientId, template_id: id } } })),
    { wanted: Boolean(id), fresh: Infinity },
  );

/** What is read anew after a change of a template. */
export const CHANGED = [["entry-template-list"], ["entry-template-read"], ["entry-template-history"], ["entry-template-fill"]];
