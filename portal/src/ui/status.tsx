/** A short word that something was done, at the foot of the screen and read aloud: say("Сохранено"). */
import { useSyncExternalStore } from "react";
import "./status.css";

const SHOWN = 6000; // milliseconds
let words = "";
let timer = 0;
const listeners = new Set<() => void>();

function change(to: string): void {
  words = to;
  for (const told of listeners) told();
}

export function say(text: string): void {
  clearTimeout(timer);
  change(text);
  timer = setTimeout(() => change(""), SHOWN);
}

export function StatusLine() {
  const shown = useSyncExternalStore(
    (told) => (listeners.add(told), () => listeners.delete(told)),
    () => words,
  );
  return (
    <div className="status-line" role="status">
      {shown && <p>{shown}</p>}
    </div>
  );
}
