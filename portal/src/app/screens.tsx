/** The screens that there are for who looks: the open ones at once, all others once somebody is signed in. */
import { lazy, use, type ComponentType } from "react";
import { ENTRY } from "../pages/entry/routes";
import { PHARMACY } from "../pages/staff/pharmacy/routes";
import type { Route } from "./route";
import { useSession } from "./session";

const OPEN: readonly Route[] = [...ENTRY, ...PHARMACY];

let loading: Promise<typeof import("./inside")> | undefined;
const inside = () => (loading ??= import("./inside"));

/** Suspends the first time that somebody is signed in. */
export function useScreens(): readonly Route[] {
  const { me } = useSession();
  return me ? use(inside()).ROUTES.filter(({ roles }) => roles === "anybody" || roles.includes(me.role)) : OPEN;
}

/** The sections that a role has. */
export function useSections(): readonly Route[] {
  return useScreens().filter(({ nav }) => nav);
}

const contents = new Map<Route, ComponentType>();

/** The same component each time, so that a screen keeps what was typed when the list of screens grows. */
export function contentOf(route: Route): ComponentType {
  const content = contents.get(route) ?? (route.roles === "anybody" ? loaded(route) : withAnswers(loaded(route)));
  contents.set(route, content);
  return content;
}

const loaded = ({ load }: Route) => lazy(load as () => Promise<{ default: ComponentType }>);

function withAnswers(Content: ComponentType): ComponentType {
  return function Screen(given: object) {
    const { Answers } = use(inside());
    return (
      <Answers>
        <Content {...given} />
      </Answers>
    );
  };
}
