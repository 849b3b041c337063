/** What stands around every screen: name, language, who acts, sections, and the way out. */
import { lazy, Suspense, useSyncExternalStore, type ReactNode } from "react";
import { Link, useLocation } from "wouter";
import { dictionary, inLanguage, setLanguage, useLanguage } from "../i18n";
import { onSignOutPending, signOutPending } from "../offline/pending";
import { Button } from "../ui";
import { Icon } from "../ui/Icon";
import { StatusLine } from "../ui/status";
import { GROUPS, type Group, type Route } from "./route";
import { useSections } from "./screens";
import { useSession } from "./session";
import { UpdatePrompt } from "./UpdatePrompt";
import "./shell.css";

const RoleSwitch = lazy(() => import("./RoleSwitch").then((part) => ({ default: part.RoleSwitch })));
const OfflineBanner = lazy(() => import("../offline/Banner").then((part) => ({ default: part.OfflineBanner })));

const opened = (location: string, path: string) => (path === "/" ? location === "/" : location === path || location.startsWith(`${path}/`));

export function Shell({ children }: { children: ReactNode }) {
  useLanguage();
  const { me } = useSession();
  const leaving = useSyncExternalStore(onSignOutPending, signOutPending);
  return (
    <div className={me ? "shell shell-sections" : "shell"}>
      <a className="skip" href="#main">
        {t("skip")}
      </a>
      <Header />
      <Suspense>{me && <Sections />}</Suspense>
      <main id="main" className="shell-main" tabIndex={-1}>
        <Suspense>{(me || leaving) && <OfflineBanner />}</Suspense>
        {children}
      </main>
      <footer className="shell-footer">
        <Link href="/help">{t("help")}</Link>
        <Link href="/privacy">{t("privacy")}</Link>
        <Link href="/pharmacy">{t("prescription")}</Link>
        <Link href="/look">{t("look")}</Link>
        <a href="/journal.html">{t("check")}</a>
      </footer>
      <Suspense>{me && <Foot />}</Suspense>
      <StatusLine />
      <UpdatePrompt />
    </div>
  );
}

function Header() {
  const language = useLanguage();
  const { me, signOut } = useSession();
  const other = language === "ru" ? "en" : "ru";
  return (
    <header className="shell-header no-print">
      <Link href="/" className="shell-name">
        <img src="/icon.svg" alt="" width="32" height="32" />
        {t("name")}
      </Link>
      <div className="row shell-tools">
        <Suspense>{me && <RoleSwitch />}</Suspense>
        <button
          type="button"
          className="button button-plain"
          lang={other}
          aria-label={other === "en" ? "English" : "Русский"}
          onClick={() => setLanguage(other)}
        >
          {other === "en" ? "EN" : "РУ"}
        </button>
        {me && (
          <Button kind="plain" onPress={() => void signOut()}>
            {t("leave")}
          </Button>
        )}
      </div>
    </header>
  );
}

/** The whole list, flat and always there: sections that were folded away were not found (portal studies of the VA). */
function Sections() {
  const sections = useSections();
  return (
    <nav className="shell-nav" aria-label={t("sections")}>
      <SectionList sections={sections} />
    </nav>
  );
}

export function SectionList({ sections }: { sections: readonly Route[] }) {
  const [location] = useLocation();
  const groups = (Object.keys(GROUPS) as Group[]).filter((group) => sections.some((route) => route.nav?.group === group));
  return (
    <>
      {groups.map((group) => (
        <div key={group} className="nav-group">
          <p className="nav-title">{inLanguage(GROUPS[group])}</p>
          <ul className="plain-list">
            {sections
              .filter((route) => route.nav?.group === group)
              .map((route) => (
                <li key={route.path}>
                  <Link href={route.path} className="nav-link" aria-current={opened(location, route.path) ? "page" : undefined}>
                    {route.nav && <Icon name={route.nav.icon} />}
                    {inLanguage(route.title)}
                  </Link>
                </li>
              ))}
          </ul>
        </div>
      ))}
    </>
  );
}

function Foot() {
  const [location] = useLocation();
  const all = useSections();
  const marked = all.filter((route) => route.nav?.foot).slice(0, 4);
  const others = all.filter((route) => route.nav?.group === "work" && !route.nav.foot);
  const sections = [...marked, ...others.slice(0, Math.max(0, 3 - marked.length))];
  return (
    <nav className="shell-foot no-print" aria-label={t("main")}>
      {sections.map((route) => (
        <Link key={route.path} href={route.path} className="foot-link" aria-current={opened(location, route.path) ? "page" : undefined}>
          {route.nav && <Icon name={route.nav.icon} />}
          <span>{inLanguage(route.title)}</span>
        </Link>
      ))}
      <Link href="/sections" className="foot-link" aria-current={location === "/sections" ? "page" : undefined}>
        <Icon name="list" />
        <span>{t("all")}</span>
      </Link>
    </nav>
  );
}

const t = dictionary({
  ru: {
    name: "Медкарта",
    skip: "К содержанию",
    leave: "Выйти",
    sections: "Разделы",
    main: "Главные разделы",
    all: "Все разделы",
    help: "Помощь",
    privacy: "Как защищены данные",
    prescription: "Проверить рецепт",
    look: "Цвета и размер букв",
    check: "Проверить копию журнала",
  },
  en: {
    name: "Medkarta",
    skip: "Skip to content",
    leave: "Sign out",
    sections: "Sections",
    main: "Main sections",
    all: "All sections",
    help: "Help",
    privacy: "How your data is protected",
    prescription: "Check a prescription",
    look: "Colours and text size",
    check: "Check a copy of the journal",
  },
});
