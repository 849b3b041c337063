import { api } from "../../../api/client";
import { useRead } from "../../../api/queries";
import { ifMatch, typed } from "../../../api/typed";
import { currentLanguage } from "../../../i18n";
import type { Needs, Word } from "./shapes";

/** What is due is in the reader's language. */
export const useNeeds = (patientId: string) =>
  useRead<Needs>(["need-list", patientId, currentLanguage()], () =>
    typed<Needs>(api.GET("/api/v1/needs/{patient_id}", { params: { path: { patient_id: patientId } } })),
  );

/** Also of what a mark changes: the list in every language. */
export const listOf = (patientId: string) => ["need-list", patientId];

export type Marking = { need: string; mark: Word | null; on?: string | null };

export const marked = (patientId: string, version: number, body: Marking) =>
  api.PUT("/api/v1/needs/{patient_id}/marks", {
    params: { path: { patient_id: patientId } },
    headers: ifMatch(version),
    body,
  });
