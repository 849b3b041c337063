/** Lists with all that a list needs: at work, refused, empty, more. */
import { lazy, Suspense, type ReactNode } from "react";
import type { Problem } from "../api/problems";
import { Button } from "./Button";
import type { RowsProps } from "./LongList";
import { ProblemBox } from "./Notice";
import { commonWords as t } from "./words";
import "./list.css";

export function Loading({ lines = 3 }: { lines?: number }) {
  return (
    <div className="loading" role="status">
      <span className="hidden-visually">{t("loading")}</span>
      {Array.from({ length: lines }, (_, index) => (
        <span key={index} className="loading-line" />
      ))}
    </div>
  );
}

/** What stands where nothing is: why, and what one can do. */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="empty">
      <p className="empty-title">{title}</p>
      {children}
    </div>
  );
}

type Found<T> = { data?: T; error: Problem | null; isPending: boolean; refetch: () => unknown };

/** Shows what was read (useRead) once it is there. Kept data stays on screen when a later reading is refused. */
export function Shown<T>({ of: found, children, lines }: { of: Found<T>; children: (data: T) => ReactNode; lines?: number }) {
  if (found.data !== undefined) return <>{children(found.data)}</>;
  if (found.error) return <ProblemBox problem={found.error} retry={() => void found.refetch()} />;
  return <Loading lines={lines ?? 3} />;
}

type Pages<T> = {
  items: T[];
  problem: Problem | null;
  loading: boolean;
  more: boolean;
  loadingMore: boolean;
  readMore: () => void;
  again: () => void;
};

type ListProps<T> = {
  /** What usePages gave. */
  of: Pages<T>;
  keyOf: (item: T) => string;
  children: (item: T, index: number) => ReactNode;
  empty: ReactNode;
  label: string;
};

const LONG = 100; // rows, beyond which not all of them are drawn
const LongList = lazy(() => import("./LongList")) as <T>(props: RowsProps<T>) => ReactNode;

function Rows<T>({ items, keyOf, children, label }: RowsProps<T>) {
  return (
    <ul className="plain-list list" aria-label={label}>
      {items.map((item, index) => (
        <li key={keyOf(item)} className="list-item">
          {children(item, index)}
        </li>
      ))}
    </ul>
  );
}

export function List<T>({ of: pages, keyOf, children, empty, label }: ListProps<T>) {
  if (pages.loading) return <Loading />;
  if (pages.problem && !pages.items.length) return <ProblemBox problem={pages.problem} retry={pages.again} />;
  if (!pages.items.length) return <>{empty}</>;
  const rows = { items: pages.items, more: pages.more, keyOf, children, label };
  return (
    <div className="stack">
      {pages.items.length > LONG ? (
        <Suspense fallback={<Rows {...rows} />}>
          <LongList {...rows} />
        </Suspense>
      ) : (
        <Rows {...rows} />
      )}
      {pages.problem && <ProblemBox problem={pages.problem} retry={pages.readMore} />}
      {pages.more && (
        <div>
          <Button kind="secondary" busy={pages.loadingMore} onPress={pages.readMore}>
            {t("more")}
          </Button>
        </div>
      )}
    </div>
  );
}

export type Column<T> = { title: string; of: (row: T) => ReactNode; number?: boolean };

/** A table that becomes a list of names and values on a narrow screen. */
export function Table<T>({ caption, columns, rows, keyOf }: { caption: string; columns: readonly Column<T>[]; rows: readonly T[]; keyOf: (row: T, index: number) => string }) {
  return (
    <div className="table-box">
      <table className="table">
        <caption className="hidden-visually">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.title} scope="col">
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={keyOf(row, index)}>
              {columns.map((column) => (
                <td key={column.title} className={column.number ? "number" : undefined} data-title={column.title}>
                  {column.of(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
