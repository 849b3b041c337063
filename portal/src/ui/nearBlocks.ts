/** Which blocks of rows of a long list are near enough to the window to be drawn, and how high the others are. */
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import { flushSync } from "react-dom";

export const BLOCK = 20; // rows that come and go together: a page of the API
const GUESS = BLOCK * 112; // px, until the first block is measured
const AHEAD = 1; // heights of the window, above and below it, in which rows are there already

type Range = { from: number; to: number };
const ALL: Range = { from: 0, to: Infinity };

/** Blocks that were drawn are remembered as high as they were. Where focus is, rows stay. */
export function useNearBlocks(count: number) {
  const list = useRef<HTMLUListElement>(null);
  const heights = useRef(new Map<number, number>());
  const [focused, setFocused] = useState(-1);
  // A list that grows from short to long is drawn whole once: measured, it does not move under the reader's eyes.
  const [near, setNear] = useState<Range>(count * BLOCK <= 200 ? ALL : { from: 0, to: 1 });

  const heightOf = useCallback((block: number) => heights.current.get(block) ?? mean(heights.current), []);
  const look = useCallback(() => {
    if (!list.current) return;
    const found = rangeAt(list.current.getBoundingClientRect().top, count, heightOf);
    setNear((before) => (before.from === found.from && before.to === found.to ? before : found));
  }, [count, heightOf]);

  const measured = useCallback(() => void (list.current && measure(list.current, heights.current)), []);
  const widened = useCallback(() => (heights.current.clear(), measured()), [measured]);

  useLayoutEffect(measured);
  useLayoutEffect(look, [look]);
  useEffect(() => onMove(look, widened), [look, widened]);
  useEffect(() => onPaper(() => flushSync(() => setNear(ALL)), look), [look]);
  useEffect(() => {
    const rows = list.current;
    const into = ({ target }: FocusEvent) => setFocused(blockOf((target as Element).closest("[aria-posinset]")));
    const out = () => setFocused(-1);
    rows?.addEventListener("focusin", into);
    rows?.addEventListener("focusout", out);
    return () => {
      rows?.removeEventListener("focusin", into);
      rows?.removeEventListener("focusout", out);
    };
  }, []);

  return {
    list,
    heightOf,
    isNear: (block: number) => (block >= near.from && block <= near.to) || block === focused,
  };
}

const blockOf = (row: Element | null): number =>
  row ? Math.floor((Number(row.getAttribute("aria-posinset")) - 1) / BLOCK) : -1;

function mean(heights: Map<number, number>): number {
  let sum = 0;
  for (const height of heights.values()) sum += height;
  return heights.size ? sum / heights.size : GUESS;
}

/** From the first block that is near the window to the last, for a list whose top is so far below the window's. */
function rangeAt(top: number, count: number, heightOf: (block: number) => number): Range {
  const margin = AHEAD * innerHeight;
  let from = 0;
  let end = top + heightOf(0);
  while (from < count - 1 && end < -margin) end += heightOf((from += 1));
  let to = from;
  while (to < count - 1 && end < innerHeight + margin) end += heightOf((to += 1));
  return { from, to };
}

/** A block reaches from its first row to what comes after its last one. */
function measure(list: HTMLElement, heights: Map<number, number>): void {
  const between = parseFloat(getComputedStyle(list).rowGap) || 0;
  let block = -1;
  let top = 0;
  for (const part of [...list.children, null] as (HTMLElement | null)[]) {
    const here = part && part.hasAttribute("aria-posinset") ? blockOf(part) : -1;
    if (part && here === block) continue;
    const edge = part ? part.offsetTop : list.offsetHeight + between;
    if (block >= 0) heights.set(block, edge - top);
    block = here;
    top = edge;
  }
}

/** At most once a frame, whatever scrolls; another width makes other heights. */
function onMove(moved: () => void, widened: () => void): () => void {
  let frame = 0;
  const soon = () => {
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      moved();
    });
  };
  const resized = () => (widened(), soon());
  document.addEventListener("scroll", soon, { capture: true, passive: true });
  addEventListener("resize", resized);
  return () => {
    cancelAnimationFrame(frame);
    document.removeEventListener("scroll", soon, { capture: true });
    removeEventListener("resize", resized);
  };
}

function onPaper(before: () => void, after: () => void): () => void {
  addEventListener("beforeprint", before);
  addEventListener("afterprint", after);
  return () => {
    removeEventListener("beforeprint", before);
    removeEventListener("afterprint", after);
  };
}
