export const AGES = ["0-17", "18-29", "30-44", "45-59", "60+", "unknown"] as const;
const SEXES = ["female", "male", "unknown"] as const;

export type Cell = { category: string; name: string; age: string; sex: string; persons: number; of?: number | null; percent?: string | null };
export type Line = { category: string; name: string; sex: (typeof SEXES)[number]; by: Record<string, Cell> };

/** A line for each category and sex that has a number, in the order of the report. */
export function linesOf(cells: readonly Cell[]): Line[] {
  const names = new Map(cells.map((cell) => [cell.category, cell.name]));
  return [...names].flatMap(([category, name]) =>
    SEXES.flatMap((sex) => {
      const mine = cells.filter((cell) => cell.category === category && cell.sex === sex);
      return mine.length ? [{ category, name, sex, by: Object.fromEntries(mine.map((cell) => [cell.age, cell])) }] : [];
    }),
  );
}
