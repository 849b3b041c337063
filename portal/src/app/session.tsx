/** Who is signed in, in which role, and whose card is open. One question to the API at the start: GET /api/v1/me. */
import { createContext, useCallback, useContext, useEffect, useMemo, useState, type ReactNode } from "react";
import { api, onSessionEnd } from "../api/client";
import { asProblem } from "../api/problems";
import { currentLanguage, setLanguage } from "../i18n";
import { finishSignOut, signOutEverything } from "../offline/leaving";
import { openVault } from "../offline/opening";
import { onNews } from "../offline/tabs";
import { lock } from "../offline/vault";
import type { Role } from "./roles";

export type Membership = {
  member_id: string;
  role: Role;
  organisation_id: string;
  department: string;
  position: string;
};

export type Me = {
  person_id: string;
  role: Role;
  level: number;
  language: "ru" | "en";
  zone: string;
  factors: string[];
  memberships: Membership[];
  acting: { card_id?: string; member_id?: string; organisation_id?: string; department?: string };
  profile: Record<string, string>;
};

/** "unreachable": there is no connection; what was kept on this device may still be read (offline/). */
export type Standing = "asking" | "anonymous" | "signed-in" | "unreachable";

type Session = {
  standing: Standing;
  me: Me | null;
  /** Ask the API again: after signing in, a change of role, of factors. */
  refresh: () => Promise<void>;
  /** Leave this device: what is kept on it is erased first. */
  signOut: () => Promise<void>;
  /** What was kept on this device of who is signed in, once it was unlocked without a connection. */
  resume: (me: Me) => void;
};

// The sign-in page reads nothing that is shared: what holds the answers comes after it.
const answers = () => import("../api/queries");

const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw Error("useSession below SessionProvider");
  return session;
}

/** Who is signed in; for pages that only the signed-in reach. */
export function useMe(): Me {
  const { me } = useSession();
  if (!me) throw Error("useMe where nobody is signed in");
  return me;
}

/** Below it pages are about another card than one's own: a doctor sees a patient's as the patient does. */
export const OpenCard = createContext("");

/** The card that pages are about: one's own, that of whom a representative acts for, or the one that is open. */
export const useCardId = (): string => {
  const { acting, person_id } = useMe();
  return useContext(OpenCard) || (acting.card_id ?? person_id);
};

export function SessionProvider({ children }: { children: ReactNode }) {
  const [standing, setStanding] = useState<Standing>("asking");
  const [me, setMe] = useState<Me | null>(null);

  const end = useCallback(() => {
    lock();
    void answers().then(({ queries }) => queries.clear());
    setMe(null);
    setStanding("anonymous");
  }, []);

  const refresh = useCallback(async () => {
    try {
      if (!(await finishSignOut())) return end();
      const { data } = await api.GET("/api/v1/me");
      const found = data as unknown as Me;
      void openVault(found);
      if (found.language !== currentLanguage() && !localStorage.getItem("language")) setLanguage(found.language);
      setMe(found);
      setStanding("signed-in");
    } catch (thrown) {
      const problem = asProblem(thrown);
      if (problem.status === 401) end();
      else setStanding((before) => (before === "signed-in" ? before : "unreachable"));
    }
  }, [end]);

  useEffect(() => {
    onSessionEnd(end);
    void refresh();
    const again = () => void refresh();
    const deaf = onNews((news) => {
      if (news === "left") end();
      if (news === "entered") void refresh();
    });
    addEventListener("online", again);
    return () => (deaf(), removeEventListener("online", again));
  }, [end, refresh]);

  const session = useMemo<Session>(
    () => ({
      standing,
      me,
      refresh,
      signOut: async () => {
        if (me && (await signOutEverything(me.person_id))) end();
      },
      resume: (kept) => {
        setMe(kept);
        setStanding("signed-in");
      },
    }),
    [standing, me, refresh, end],
  );
  return <SessionContext value={session}>{children}</SessionContext>;
}
