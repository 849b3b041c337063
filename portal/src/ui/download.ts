/** A file of the API, saved or opened by the browser. Its content passes through memory only. */
import { file } from "../api/client";

export async function save(path: string, accept = "application/pdf", init?: RequestInit): Promise<void> {
  const { blob, name } = await file(path, accept, init);
  offer(blob, name);
}

/** Lets the browser save what is in memory. */
export function offer(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** A table that was made here, as a file; the mark at its beginning tells spreadsheets that it is UTF-8. */
export function saveText(text: string, name: string, type = "text/csv"): void {
  offer(new Blob(["\uFEFF", text], { type: `${type};charset=utf-8` }), name);
}
