/**
 * The rows of a list that has grown long: those near the window are there, the others are gaps of the same height, so
 * that scrolling costs the same whatever was read. Rows say their number, paper gets them all.
 */
import type { ReactNode } from "react";
import { BLOCK, useNearBlocks } from "./nearBlocks";

export type RowsProps<T> = {
  items: readonly T[];
  /** Whether there is more to read: how long the list is in the end is not known then. */
  more: boolean;
  keyOf: (item: T) => string;
  children: (item: T, index: number) => ReactNode;
  label: string;
};

export default function LongList<T>({ items, more, keyOf, children, label }: RowsProps<T>) {
  const { list, isNear, heightOf } = useNearBlocks(Math.ceil(items.length / BLOCK));
  const parts: ReactNode[] = [];
  for (let block = 0, gap = 0; block * BLOCK < items.length; block += 1) {
    if (!isNear(block)) {
      gap += heightOf(block);
      if (block * BLOCK + BLOCK < items.length && !isNear(block + 1)) continue;
      parts.push(<li key={`gap-${block}`} className="list-gap" aria-hidden="true" style={{ blockSize: gap }} />);
      gap = 0;
      continue;
    }
    const first = block * BLOCK;
    items.slice(first, first + BLOCK).forEach((item, index) => {
      parts.push(
        <li key={keyOf(item)} className="list-item" aria-setsize={more ? -1 : items.length} aria-posinset={first + index + 1}>
          {children(item, first + index)}
        </li>,
      );
    });
  }
  return (
    <ul ref={list} className="plain-list list list-long" aria-label={label}>
      {parts}
    </ul>
  );
}
