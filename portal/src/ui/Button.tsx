import type { ReactNode } from "react";
import { Link } from "wouter";
import "./button.css";

type Kind = "primary" | "secondary" | "plain" | "danger";

type Props = {
  children: ReactNode;
  kind?: Kind;
  /** At work: the button stays focusable and does nothing. */
  busy?: boolean;
  disabled?: boolean;
  type?: "button" | "submit";
  onPress?: () => void;
  /** Where the words on it do not say all: "Отменить: визит 12 ноября". */
  label?: string;
  pressed?: boolean;
  expanded?: boolean;
};

export function Button({ children, kind = "primary", busy, disabled, type = "button", onPress, label, pressed, expanded }: Props) {
  return (
    <button
      type={type}
      className={`button button-${kind}`}
      aria-busy={busy || undefined}
      aria-label={label}
      aria-pressed={pressed}
      aria-expanded={expanded}
      disabled={disabled}
      onClick={busy ? (event) => event.preventDefault() : onPress}
    >
      {children}
    </button>
  );
}

export function ButtonLink({ to, children, kind = "secondary", label }: { to: string; children: ReactNode; kind?: Kind; label?: string }) {
  return (
    <Link href={to} className={`button button-${kind}`} aria-label={label}>
      {children}
    </Link>
  );
}
