/** Where values and moments lie on a chart, and which of them are written at its edges. */

export type Scale = { of: (value: number) => number; ticks: number[] };

const STEPS = [1, 2, 2.5, 5, 10];

function step(span: number, count: number): number {
  const rough = span / Math.max(count, 1);
  const power = 10 ** Math.floor(Math.log10(rough));
  return (STEPS.find((one) => one * power >= rough) ?? 10) * power;
}

/** Round numbers around what is shown; never from zero for its own sake, for that hides what changes. */
export function valueScale(values: readonly number[], from: number, to: number): Scale {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const margin = (most - least) * 0.08 || Math.abs(most) * 0.1 || 1;
  const every = step(most - least + 2 * margin, 4);
  const [first, last] = [Math.floor((least - margin) / every), Math.ceil((most + margin) / every)];
  const bottom = least >= 0 ? Math.max(first, 0) : first;
  const of = (value: number) => from + ((value / every - bottom) / (last - bottom || 1)) * (to - from);
  const ticks = Array.from({ length: last - bottom + 1 }, (_, n) => Number(((bottom + n) * every).toPrecision(6)));
  return { of, ticks };
}

/** Moments from the first to the last; as many of them are written as have room. */
export function timeScale(moments: readonly number[], from: number, to: number, room: number): Scale {
  const [first, last] = [Math.min(...moments), Math.max(...moments)];
  const span = last - first;
  const of = (moment: number) => (span ? from + ((moment - first) / span) * (to - from) : (from + to) / 2);
  const count = span ? Math.max(2, Math.floor((to - from) / room)) : 1;
  const ticks = Array.from({ length: count }, (_, n) => first + (span * n) / Math.max(count - 1, 1));
  return { of, ticks };
}

/** The place of the moment that is nearest. */
export function nearest(places: readonly number[], wanted: number): number {
  let found = 0;
  places.forEach((place, n) => {
    if (Math.abs(place - wanted) < Math.abs((places[found] ?? 0) - wanted)) found = n;
  });
  return found;
}
