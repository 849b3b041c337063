import { useId, useRef, type KeyboardEvent, type ReactNode } from "react";
import "./tabs.css";

export type Tab = { id: string; title: string; content: ReactNode };

/** Tabs after the ARIA pattern: arrows move, Home and End go to the ends. */
export function Tabs({ tabs, chosen, onChoose, label }: { tabs: readonly Tab[]; chosen: string; onChoose: (id: string) => void; label: string }) {
  const group = useId();
  const buttons = useRef<Record<string, HTMLButtonElement | null>>({});
  const moved = (event: KeyboardEvent) => {
    const here = tabs.findIndex((tab) => tab.id === chosen);
    const to = { ArrowRight: here + 1, ArrowLeft: here - 1, Home: 0, End: tabs.length - 1 }[event.key];
    const next = to === undefined ? undefined : tabs[(to + tabs.length) % tabs.length];
    if (!next) return;
    event.preventDefault();
    onChoose(next.id);
    buttons.current[next.id]?.focus();
  };
  return (
    <div className="stack">
      <div role="tablist" aria-label={label} className="tabs" onKeyDown={moved}>
        {tabs.map((tab) => (
          <button
            key={tab.id}
            ref={(element) => void (buttons.current[tab.id] = element)}
            type="button"
            role="tab"
            id={`${group}-${tab.id}`}
            aria-selected={tab.id === chosen}
            aria-controls={`${group}-panel`}
            tabIndex={tab.id === chosen ? 0 : -1}
            className="tab"
            onClick={() => onChoose(tab.id)}
          >
            {tab.title}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${group}-panel`} aria-labelledby={`${group}-${chosen}`} tabIndex={0} className="tab-panel">
        {tabs.find((tab) => tab.id === chosen)?.content}
      </div>
    </div>
  );
}
