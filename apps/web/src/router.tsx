import {
  createRootRoute,
  createRoute,
  createRouter,
  Link,
  Navigate,
  Outlet,
} from "@tanstack/react-router";
import type { ComponentType } from "react";
import { later } from "./components/later.tsx";
import { ScreenFault } from "./components/load-fault.tsx";
import { Page } from "./components/page.tsx";
import { Empty, Failed, Loading } from "./components/standing.tsx";
import { readAccessSearch } from "./pages/access/search.ts";
import { readChangesSearch } from "./pages/changes/search.ts";
import { readCountSearch } from "./pages/count/search.ts";
import { readItemSearch } from "./pages/item/search.ts";
import { readStockSearch } from "./pages/stock/search.ts";
import { readWebhooksSearch } from "./pages/webhooks/search.ts";
import { Gate } from "./session/gate.tsx";

const screen = (load: () => Promise<ComponentType>) =>
  later<object>(load, { failed: ScreenFault, waiting: <Loading /> });

/**
 * Every screen, each in a file that is loaded when it is first gone to. A screen's state is its search: what
 * stands in the URL is read by `validateSearch`, which takes anything and answers something sound.
 */
const root = createRootRoute({
  component: () => (
    <Gate>
      <Outlet />
    </Gate>
  ),
  notFoundComponent: () => (
    <Page title="Nothing here">
      <Empty title="There is no such page" action={<Link to="/stock">Go to Stock</Link>} />
    </Page>
  ),
  errorComponent: ({ error, reset }) => <Failed error={error} onRetry={reset} />,
});

const home = createRoute({
  getParentRoute: () => root,
  path: "/",
  component: () => <Navigate to="/stock" replace />,
});

const stock = createRoute({
  getParentRoute: () => root,
  path: "/stock",
  validateSearch: readStockSearch,
  component: screen(async () => (await import("./pages/stock/stock-page.tsx")).StockPage),
});
const item = createRoute({
  getParentRoute: () => root,
  path: "/items/$id",
  validateSearch: readItemSearch,
  component: screen(async () => (await import("./pages/item/item-page.tsx")).ItemPage),
});
const changes = createRoute({
  getParentRoute: () => root,
  path: "/changes",
  validateSearch: readChangesSearch,
  component: screen(async () => (await import("./pages/changes/changes-page.tsx")).ChangesPage),
});
const count = createRoute({
  getParentRoute: () => root,
  path: "/count",
  validateSearch: readCountSearch,
  component: screen(async () => (await import("./pages/count/count-page.tsx")).CountPage),
});
const importing = createRoute({
  getParentRoute: () => root,
  path: "/import",
  component: screen(async () => (await import("./pages/import/import-page.tsx")).ImportPage),
});
const webhooks = createRoute({
  getParentRoute: () => root,
  path: "/webhooks",
  validateSearch: readWebhooksSearch,
  component: screen(async () => (await import("./pages/webhooks/webhooks-page.tsx")).WebhooksPage),
});
const access = createRoute({
  getParentRoute: () => root,
  path: "/access",
  validateSearch: readAccessSearch,
  component: screen(async () => (await import("./pages/access/access-page.tsx")).AccessPage),
});
const health = createRoute({
  getParentRoute: () => root,
  path: "/health",
  component: screen(async () => (await import("./pages/health/health-page.tsx")).HealthPage),
});

export const router = createRouter({
  routeTree: root.addChildren([
    home,
    stock,
    item,
    changes,
    count,
    importing,
    webhooks,
    access,
    health,
  ]),
  defaultPreload: "intent",
  defaultErrorComponent: ({ error, reset }) => <Failed error={error} onRetry={reset} />,
});

declare module "@tanstack/react-router" {
  interface Register {
    readonly router: typeof router;
  }
}
