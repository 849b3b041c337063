/** A table as a file that spreadsheets read; a text that they would take for a formula stands as text. */
const cell = (text: string) => `"${(/^[=+@\t\r-]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;

export const csvText = (rows: readonly (readonly string[])[]): string =>
  rows.map((row) => row.map(cell).join(";")).join("\r\n");
