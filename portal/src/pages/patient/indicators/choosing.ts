/** How an analyte is told from others. */
import type { Analyte } from "../results/shapes";

export const keyOf = ({ analyte, names, loinc }: Analyte): string => [analyte ?? "", names.ru, ...loinc].join(" ");

/** Whether two answers speak of one analyte: codes of a shorter time may be fewer. */
export const isSame = (one: Analyte, other: Analyte): boolean =>
  one.analyte ? one.analyte === other.analyte : one.names.ru === other.names.ru;

export const firstOf = (analytes: readonly Analyte[]): number | undefined => {
  const moments = analytes.flatMap(({ parts }) => parts.flatMap(({ points }) => points.map(({ at }) => Date.parse(at))));
  return moments.length ? Math.min(...moments) : undefined;
};
