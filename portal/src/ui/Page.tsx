import { useEffect, useRef, type ReactNode } from "react";
import { Link } from "wouter";
import "./page.css";

type Props = {
  title: string;
  children: ReactNode;
  /** A sentence below the title. */
  lead?: ReactNode;
  /** Buttons beside the title. */
  actions?: ReactNode;
  /** The page above. */
  up?: { to: string; label: string };
  width?: "text" | "page";
};

let shownAt = location.pathname; // of the page before

/** A link that was pressed has done its work; whatever else has the focus keeps it. */
function mayTakeFocus(): boolean {
  const moved = location.pathname !== shownAt;
  shownAt = location.pathname;
  const holder = document.activeElement;
  return holder === document.body ? history.length > 1 : moved && holder instanceof HTMLAnchorElement;
}

/** One screen. Its title is focused when the address changes, so that a screen reader says where one is. */
export function Page({ title, lead, actions, up, width = "page", children }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} – Медкарта`;
  }, [title]);
  useEffect(() => {
    if (mayTakeFocus()) heading.current?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }, []);
  return (
    <div className={`page page-${width}`}>
      <header className="page-header">
        {up && (
          <Link href={up.to} className="page-up">
            ← {up.label}
          </Link>
        )}
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {lead && <div className="page-lead">{lead}</div>}
        {actions && <div className="row page-actions no-print">{actions}</div>}
      </header>
      {children}
    </div>
  );
}

/** A part of a screen with its own heading. */
export function Section({ title, children, actions, id }: { title: string; children: ReactNode; actions?: ReactNode; id?: string }) {
  return (
    <section className="stack" id={id}>
      <div className="row-between">
        <h2>{title}</h2>
        {actions}
      </div>
      {children}
    </section>
  );
}

/** A raised block. */
export function Card({ children, tone, as: Element = "div", label }: { children: ReactNode; tone?: "accent" | "warn" | "bad" | "good"; as?: "div" | "li" | "article" | "section"; label?: string }) {
  return (
    <Element className={tone ? `card card-${tone}` : "card"} aria-label={label}>
      {children}
    </Element>
  );
}

/** Names and values. Empty values are left out. */
export function Facts({ facts }: { facts: readonly (readonly [name: string, value: ReactNode])[] }) {
  const given = facts.filter(([, value]) => value !== null && value !== undefined && value !== "" && value !== false);
  return (
    <dl className="facts">
      {given.map(([name, value]) => (
        <div key={name} className="fact">
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

type Tone = "info" | "good" | "warn" | "bad" | "quiet";

/** A short word about a state; its words say it, the colour only helps. */
export function Tag({ tone = "quiet", children }: { tone?: Tone; children: ReactNode }) {
  return <span className={`tag tag-${tone}`}>{children}</span>;
}

/** Something folded away that few need. */
export function More({ title, children, open }: { title: string; children: ReactNode; open?: boolean }) {
  return (
    <details className="details" open={open}>
      <summary>{title}</summary>
      <div className="details-content">{children}</div>
    </details>
  );
}
