/**
 * Records of any kind. Kinds are data (GET /api/v1/record-types), so their paths are made here and are not those of
 * schema.d.ts, which knows each kind by itself.
 */
import { useQuery } from "@tanstack/react-query";
import { send } from "../api/client";
import type { Problem } from "../api/problems";
import { usePages, useRead, type PageQuery } from "../api/queries";
import type { Schema, Values } from "./schema";
import type { Two } from "../i18n";

export type Kind = {
  readonly name: string;
  readonly collection: string;
  readonly section: string;
  readonly labels: Two;
  readonly written_by: readonly string[];
  readonly occurred: string;
  readonly summary: readonly string[];
  /** The field of files; "" for none. */
  readonly files: string;
  readonly transitions: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  readonly schema: Schema;
};

export type CardRecord = {
  readonly id: string;
  readonly kind: string;
  readonly version: number;
  readonly source: "staff" | "patient-reported" | "connected";
  readonly created_at: string;
  readonly updated_at: string;
  readonly author: { readonly role: string; readonly organisation: string; readonly person: string };
  readonly summary_only: boolean;
  readonly body: Values;
  readonly confirmed?: { readonly at?: string } | null;
  readonly status?: { readonly state: string; readonly [more: string]: unknown };
  readonly provenance?: { readonly source: string; readonly updated_at?: string };
};

/** An earlier or the present version; `changed` are pointers to what differs from the version before. */
export type Version = CardRecord & { readonly changed?: readonly string[] };

type Page<T> = { items: T[]; next?: string };
type Asked = { method?: string; query?: PageQuery; body?: unknown; headers?: Record<string, string> };

/** Asks at a path that the typed client does not know; throws Problem. */
export async function ask<T>(path: string, { method = "GET", query = {}, body, headers = {} }: Asked = {}): Promise<{ data: T; etag: string }> {
  const url = new URL(path, location.origin);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
  const sent: RequestInit = body === undefined ? { method, headers } : { method, headers: { ...headers, "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const answer = await send(new Request(url, sent));
  const data = (answer.status === 204 ? undefined : await answer.json()) as T;
  return { data, etag: answer.headers.get("etag") ?? "" };
}

const cut = (part: string) => encodeURIComponent(part);

export const recordPath = (patientId: string, collection: string, ...rest: string[]): string =>
  ["/api/v1/patients", cut(patientId), cut(collection), ...rest.map(cut)].join("/");

/** The version of a record as If-Match takes it. */
export const etagOf = (record: Pick<CardRecord, "version">): string => `W/"${record.version}"`;

/** All kinds by name; the same for everybody, so it is read once. */
export function useKinds() {
  return useQuery<readonly Kind[], Problem>({
    queryKey: ["record-types"],
    queryFn: async () => (await ask<{ items: Kind[] }>("/api/v1/record-types")).data.items,
    staleTime: Infinity,
  });
}

export const kindOf = (kinds: readonly Kind[], name: string): Kind | undefined =>
  kinds.find((kind) => kind.name === name || kind.collection === name);

/** The records of one kind, newest first. */
export const useRecords = (patientId: string, collection: string, { wanted = true, limit = 20 } = {}) =>
  usePages<Page<CardRecord>>(["records", patientId, collection], (query) => ask(recordPath(patientId, collection), { query }), { wanted, limit });

export const useRecord = (patientId: string, collection: string, recordId: string) =>
  useRead(["record", patientId, collection, recordId], () => ask<CardRecord>(recordPath(patientId, collection, recordId)));

/** The record as it is stored now, whatever was read before. */
export const usePresent = (patientId: string, collection: string, recordId: string) =>
  useRead(["record", patientId, collection, recordId, "present"], () => ask<CardRecord>(recordPath(patientId, collection, recordId)));

export const useHistory = (patientId: string, collection: string, recordId: string, wanted: boolean) =>
  useRead(["record-history", patientId, collection, recordId], () => ask<{ items: Version[] }>(recordPath(patientId, collection, recordId, "history")), { wanted });

/** What to read anew after a record was written. */
export const afterWriting = (patientId: string, collection: string) => [
  ["records", patientId, collection],
  ["record", patientId, collection],
  ["record-history", patientId, collection],
  ["overview", patientId],
];

export const createRecord = (patientId: string, collection: string, body: Values, headers: Record<string, string>) =>
  ask<CardRecord>(recordPath(patientId, collection), { method: "POST", body, headers });

export const amendRecord = (patientId: string, collection: string, recordId: string, body: Values, etag: string) =>
  ask<CardRecord>(recordPath(patientId, collection, recordId), { method: "PUT", body, headers: { "If-Match": etag } });

export type Finding = {
  readonly field: string;
  readonly code: string;
  readonly message: string;
  readonly message_ru: string;
  readonly suggestions?: readonly Suggestion[];
};
export type Findings = { readonly storable: boolean; readonly problems: readonly Finding[]; readonly hints: readonly Finding[] };

export type Suggestion = Two & {
  readonly code: string;
  readonly active?: boolean;
  readonly also?: readonly string[];
  readonly atc?: readonly string[];
  readonly loinc?: readonly string[];
  readonly units?: readonly string[];
};

export const checkRecord = (kind: string, body: Values) =>
  ask<Findings>(`/api/v1/record-types/${cut(kind)}/checks`, { method: "POST", body }).then(({ data }) => data);

export const suggest = (codeSet: string, words: string) =>
  ask<{ items: Suggestion[] }>(`/api/v1/code-sets/${cut(codeSet)}?q=${cut(words)}&limit=12`).then(({ data }) => data.items);
