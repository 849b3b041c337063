import { createContext, useContext } from "react";
import type { Kind } from "../access";
import type { Models, Values } from "../schema";
import type { Path } from "./values";

/** What every field of a form of a record needs to know. */
export type FormContext = {
  kind: Kind;
  patientId: string;
  models: Models;
  change: (path: Path, value: unknown) => void;
  /** The refusal of a field in words, "" for none. */
  errorAt: (path: Path) => string;
  /** What is worth a second look there; nothing that keeps from sending. */
  hintAt: (path: Path) => string;
};

export const RecordFormContext = createContext<FormContext | null>(null);

export function useRecordFormContext(): FormContext {
  const context = useContext(RecordFormContext);
  if (!context) throw Error("a field of a record outside of its form");
  return context;
}

export type Siblings = { values: Values; path: Path };
