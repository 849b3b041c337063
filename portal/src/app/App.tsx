import { Component, lazy, Suspense, type ReactNode } from "react";
import { Redirect, Route as Screen, Switch, useLocation } from "wouter";
import { dictionary, useLanguage } from "../i18n";
import { Button, ButtonLink, Loading, Notice, Page } from "../ui";
import { contentOf, useScreens, useSections } from "./screens";
import { SectionList, Shell } from "./Shell";
import { SessionProvider, useSession } from "./session";

// The first page is the sign-in: what it does not need comes later.
const Companions = lazy(() => import("./Companions"));
const Unlock = lazy(() => import("../offline/Unlock").then((part) => ({ default: part.Unlock })));

export function App() {
  return (
    <Catching>
      <SessionProvider>
        <Whole />
      </SessionProvider>
    </Catching>
  );
}

function Whole() {
  const language = useLanguage();
  const { me } = useSession();
  const [location] = useLocation();
  return (
    <Shell>
      <Catching at={location}>
        <Suspense fallback={<Loading />}>
          <Content key={language} />
        </Suspense>
      </Catching>
      <Suspense>{me && <Companions />}</Suspense>
    </Shell>
  );
}

function Content() {
  const { standing, me } = useSession();
  const screens = useScreens();
  if (standing === "asking") return <Loading />;
  if (standing === "unreachable") return <Unlock />;
  return (
    <Switch>
      {screens.map((route) => (
        <Screen key={route.path} path={route.path} component={contentOf(route)} />
      ))}
      {me && <Screen path="/sections" component={AllSections} />}
      <Screen>{me ? <NotHere /> : <Entrance />}</Screen>
    </Switch>
  );
}

/** Who is not signed in is led to the sign-in, and afterwards to where they wanted to go. */
function Entrance() {
  const [location] = useLocation();
  return <Redirect to={location === "/" ? "/sign-in" : `/sign-in?to=${encodeURIComponent(location)}`} />;
}

function AllSections() {
  const sections = useSections();
  return (
    <Page title={t("sections")} width="text">
      <nav aria-label={t("sections")}>
        <SectionList sections={sections} />
      </nav>
    </Page>
  );
}

function NotHere() {
  return (
    <Page title={t("notHere")} width="text">
      <p>{t("notHereWhy")}</p>
      <div>
        <ButtonLink to="/">{t("home")}</ButtonLink>
      </div>
    </Page>
  );
}

/** What no page foresaw: says so and offers a way on, instead of an empty screen. */
class Catching extends Component<{ children: ReactNode; at?: string }, { failed: boolean; at?: string | undefined }> {
  override state: { failed: boolean; at?: string | undefined } = { failed: false };

  static getDerivedStateFromError = () => ({ failed: true });

  /** Another address is another page: one that did not open keeps nobody from the others. */
  static getDerivedStateFromProps = ({ at }: { at?: string }, state: { at?: string | undefined }) =>
    at === state.at ? null : { failed: false, at };

  override render() {
    if (!this.state.failed) return this.props.children;
    return (
      <Notice tone="bad" title={t("failed")} live actions={<Button onPress={() => location.reload()}>{t("reload")}</Button>}>
        {t("failedWhy")}
      </Notice>
    );
  }
}

const t = dictionary({
  ru: {
    sections: "Все разделы",
    notHere: "Такой страницы нет",
    notHereWhy: "Возможно, адрес неполный, или эта страница открывается в другой роли.",
    home: "На главную",
    failed: "Страница не открылась",
    failedWhy: "Введённое в формы сохранено на этом устройстве. Откройте страницу заново.",
    reload: "Открыть заново",
  },
  en: {
    sections: "All sections",
    notHere: "There is no such page",
    notHereWhy: "The address may be incomplete, or the page belongs to another role.",
    home: "To the start page",
    failed: "The page did not open",
    failedWhy: "What you typed into forms is kept on this device. Open the page again.",
    reload: "Open again",
  },
});
