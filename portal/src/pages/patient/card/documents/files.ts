import { written } from "../../../../records";
import { documentWords as t } from "./words";

export type SignatureState = "valid" | "wrong" | "not-trusted" | "unsupported" | "unreadable";

export type MyFile = {
  upload_id: string;
  state: "waiting" | "clean" | "refused";
  type: string;
  size: number;
  at: string;
  fault?: string;
  virus_scan?: string;
  attached?: { kind: string } | null;
  signature?: { state: SignatureState; signer?: { name?: string } };
};

const FAULTS = ["scan-type", "scan-encrypted", "scan-virus", "scan-too-many-pages", "scan-too-many-pixels", "scan-active-content"] as const;

/** Why a file was refused and what to do, in words. */
export const faultWords = (fault = ""): string => t(FAULTS.find((known) => known === fault) ?? "scan-other");

const KILO = 1024;

/** "1,4 МБ" */
export function sizeWords(bytes: number): string {
  const large = bytes >= KILO * KILO;
  const number = large ? bytes / KILO / KILO : Math.max(1, bytes / KILO);
  return t(large ? "megabytes" : "kilobytes", { n: written(number.toFixed(large ? 1 : 0)) });
}
