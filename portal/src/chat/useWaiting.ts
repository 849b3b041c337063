import { useEffect, useState } from "react";
import { list, onChange, type Listed } from "../offline/outbox";

/** Messages of a thread that wait on this device for a connection, oldest first. */
export function useWaiting(url: string): Listed[] {
  const [waiting, setWaiting] = useState<Listed[]>([]);
  useEffect(() => {
    const read = () => void list().then((all) => setWaiting(all.filter(({ value }) => value?.url === url)));
    read();
    return onChange(read);
  }, [url]);
  return waiting;
}
