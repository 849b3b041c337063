import { useCallback, useRef } from "react";

export type SendKey = { "Idempotency-Key": string };

/**
 * The key under which a form is sent: the same until its values change or the API has answered, so that a lost answer
 * makes nothing twice.
 */
export function useSendKey() {
  const key = useRef(crypto.randomUUID());
  const renew = useCallback(() => void (key.current = crypto.randomUUID()), []);
  return { headers: (): SendKey => ({ "Idempotency-Key": key.current }), renew };
}
