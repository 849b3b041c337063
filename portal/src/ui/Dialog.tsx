import { useEffect, useId, useRef, type ReactNode } from "react";
import { Button } from "./Button";
import { commonWords as t } from "./words";
import "./dialog.css";

type Props = { title: string; open: boolean; onClose: () => void; children: ReactNode; wide?: boolean };

/** A native modal dialog: focus stays within, Esc closes, focus goes back to where it was. */
export function Dialog({ title, open, onClose, children, wide }: Props) {
  const box = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const dialog = box.current;
    if (open && dialog && !dialog.open) dialog.showModal();
    if (!open && dialog?.open) dialog.close();
  }, [open]);
  return (
    <dialog ref={box} className={wide ? "dialog dialog-wide" : "dialog"} aria-labelledby={id} onClose={onClose} onCancel={onClose}>
      {open && (
        <div className="stack">
          <div className="row-between">
            <h2 id={id}>{title}</h2>
            <Button kind="plain" onPress={onClose} label={t("close")}>
              ✕
            </Button>
          </div>
          {children}
        </div>
      )}
    </dialog>
  );
}

type Asked = { title: string; children: ReactNode; yes: string; /** Where "cancel" could be taken for the act itself. */ no?: string; busy?: boolean; danger?: boolean; open: boolean; onYes: () => void; onClose: () => void };

/** A question before something that cannot be taken back. */
export function Confirm({ title, children, yes, no, busy, danger, open, onYes, onClose }: Asked) {
  return (
    <Dialog title={title} open={open} onClose={onClose}>
      <div>{children}</div>
      <div className="row">
        <Button kind={danger ? "danger" : "primary"} busy={busy ?? false} onPress={onYes}>
          {yes}
        </Button>
        <Button kind="plain" onPress={onClose}>
          {no ?? t("cancel")}
        </Button>
      </div>
    </Dialog>
  );
}
