import { Link } from "@tanstack/react-router";
import { clsx } from "clsx";
import { Ellipsis, LogOut, Monitor, Moon, Search, Sun } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "../components/button.tsx";
import { sayFailure } from "../components/toasts.tsx";
import { signOut, useSession } from "../session/session.ts";
import { ClockFault } from "./clock-fault.tsx";
import { FeedLight } from "./feed-light.tsx";
import { Mark } from "./mark.tsx";
import { PLACES, type Place } from "./navigation.ts";
import { openPalette } from "./palette-commands.ts";
import { Palette } from "./palette.tsx";
import { chooseTheme, type Theme, THEMES, useTheme } from "./theme.ts";

/** The frame around every screen: where one can go, who one is, and whether the page is live. */
export function Shell({ children }: { readonly children: ReactNode }) {
  const { info } = useSession();
  const places = PLACES.filter(({ scope }) => scope === null || info.scopes.includes(scope));
  return (
    <div className="flex h-full flex-col md:flex-row">
      <a
        href="#content"
        className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:rounded-md focus:bg-surface focus:p-2"
      >
        Skip to content
      </a>
      <Rail places={places} />
      <div className="flex min-h-0 min-w-0 grow flex-col">
        <TopBar />
        <ClockFault />
        <main id="content" tabIndex={-1} className="min-h-0 grow overflow-auto outline-none">
          {children}
        </main>
      </div>
      <BottomBar places={places} />
      <Palette places={places} />
    </div>
  );
}

const LINK = "flex items-center gap-2.5 rounded-md text-muted hover:bg-sunken hover:text-ink";
const ACTIVE = "bg-accent-soft font-medium text-ink hover:bg-accent-soft";

function Rail({ places }: { readonly places: readonly Place[] }) {
  const groups = [places.filter(({ daily }) => daily), places.filter(({ daily }) => !daily)];
  return (
    <nav
      aria-label="Screens"
      className="hidden w-52 shrink-0 flex-col border-r border-line bg-surface p-3 md:flex"
    >
      <Link to="/stock" className="mb-4 rounded-md px-2 py-1.5">
        <Mark />
      </Link>
      <div className="space-y-4">
        {groups.map((group) => (
          <ul key={group[0]?.to ?? ""} className="space-y-0.5">
            {group.map(({ to, label, icon: Icon }) => (
              <li key={to}>
                <Link
                  to={to}
                  className={clsx(LINK, "px-2.5 py-1.5 text-sm")}
                  activeProps={{ className: ACTIVE }}
                >
                  <Icon aria-hidden className="size-4" />
                  {label}
                </Link>
              </li>
            ))}
          </ul>
        ))}
      </div>
    </nav>
  );
}

function TopBar() {
  const { merchant, info } = useSession();
  return (
    <header className="flex h-13 shrink-0 items-center gap-3 border-b border-line bg-surface px-4 md:px-6">
      <div className="min-w-0 grow">
        <p className="truncate text-sm font-medium">{merchant.name}</p>
        <p className="hidden truncate text-xs text-muted md:block">{info.application.name}</p>
      </div>
      <FeedLight />
      <Button
        look="plain"
        className="text-muted"
        onClick={openPalette}
        aria-keyshortcuts="Control+K"
      >
        <Search aria-hidden className="size-4" />
        <span className="hidden sm:inline">Find or do…</span>
        <kbd className="hidden rounded border border-line px-1 font-sans text-xs sm:inline">
          Ctrl K
        </kbd>
      </Button>
      <ThemeButton />
      <Button
        look="quiet"
        icon
        aria-label="Sign out"
        title="Sign out"
        onClick={() => void signOut().catch(sayFailure)}
      >
        <LogOut aria-hidden className="size-4" />
      </Button>
    </header>
  );
}

const THEME_WORDS: Readonly<Record<Theme, string>> = {
  system: "as the system",
  light: "light",
  dark: "dark",
};
const THEME_ICONS = { system: Monitor, light: Sun, dark: Moon } as const;

function ThemeButton() {
  const theme = useTheme();
  const Icon = THEME_ICONS[theme];
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? "system";
  const label = `Theme: ${THEME_WORDS[theme]}`;
  return (
    <Button look="quiet" icon aria-label={label} title={label} onClick={() => chooseTheme(next)}>
      <Icon aria-hidden className="size-4" />
    </Button>
  );
}

/** On a narrow screen: the daily screens under the thumb, the others in the palette. */
function BottomBar({ places }: { readonly places: readonly Place[] }) {
  const item = "flex flex-1 flex-col items-center gap-0.5 py-2 text-xs text-muted";
  return (
    <nav
      aria-label="Screens"
      className="flex shrink-0 border-t border-line bg-surface pb-[env(safe-area-inset-bottom)] md:hidden"
    >
      {places
        .filter(({ daily }) => daily)
        .map(({ to, label, icon: Icon }) => (
          <Link
            key={to}
            to={to}
            className={item}
            activeProps={{ className: "text-accent font-medium" }}
          >
            <Icon aria-hidden className="size-5" />
            {label}
          </Link>
        ))}
      <button type="button" className={item} onClick={openPalette}>
        <Ellipsis aria-hidden className="size-5" />
        More
      </button>
    </nav>
  );
}
