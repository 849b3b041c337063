/** Asks before a sign-out that would erase what was not sent. */
import { useEffect, useRef, useState } from "react";
import { Confirm } from "../ui";
import { onLeaving } from "./leaving";
import { t } from "./words";

export function Leaving() {
  const [count, setCount] = useState(0);
  const settle = useRef<((leave: boolean) => void) | null>(null);
  useEffect(() => {
    onLeaving(
      (drafts) =>
        new Promise<boolean>((resolve) => {
          settle.current = resolve;
          setCount(drafts);
        }),
    );
    return () => onLeaving(async () => false);
  }, []);
  const answer = (leave: boolean) => {
    setCount(0);
    settle.current?.(leave);
    settle.current = null;
  };
  return (
    <Confirm
      title={t("leaveTitle")}
      yes={t("leaveYes")}
      danger
      open={count > 0}
      onYes={() => answer(true)}
      onClose={() => answer(false)}
    >
      <p>{t("leaveDrafts", { n: count })}</p>
      <p>{t("leaveWhy")}</p>
    </Confirm>
  );
}
