import "./style.css";
import { CSPProvider } from "@base-ui/react/csp-provider";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Toasts } from "./components/toasts.tsx";
import { queryClient } from "./ledger/queries.ts";
import { router } from "./router.tsx";

// Files have their contents in their names: a page that is older than the server asks for ones that are gone,
// and begins anew, once. While the server cannot be reached there is nothing to begin with.
const BEGUN_ANEW = "bincard.begun-anew";
addEventListener("vite:preloadError", () => {
  if (Date.now() - Number(sessionStorage.getItem(BEGUN_ANEW) ?? 0) < 60_000) return;
  const beginAnew = ({ ok }: Response) => {
    if (!ok) return;
    sessionStorage.setItem(BEGUN_ANEW, String(Date.now()));
    location.reload();
  };
  void fetch("/theme.js").then(beginAnew, () => undefined);
});

const place = document.getElementById("console");
if (place === null) throw new Error("the page has no place for the console");

createRoot(place).render(
  <StrictMode>
    <CSPProvider disableStyleElements>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
        <Toasts />
      </QueryClientProvider>
    </CSPProvider>
  </StrictMode>,
);
