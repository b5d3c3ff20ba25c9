import tailwind from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const FIRST_LOAD =
  /node_modules\/(?:react|react-dom|scheduler|clsx|use-sync-external-store|eventsource-parser|@tanstack\/(?:history|react-router|router-core|react-query|query-core|react-store|store)|@trpc\/[^/]+)\//;
/** What most screens are drawn with; the windows stay by themselves, and come when they are opened. */
const PARTS =
  /src\/(?:components|ledger)\/(?!.*(?:window|dialog|anchored|test))|client\/src\/|lucide-react|virtual-core|react-virtual/;
const SERVER = "http://127.0.0.1:4100";

export default defineConfig({
  plugins: [react(), tailwind()],
  build: {
    target: "es2023",
    cssTarget: ["chrome120", "firefox121", "safari17"],
    // Nothing stands inside the page or its style: the policy it is served under permits files only.
    assetsInlineLimit: 0,
    sourcemap: false,
    // The budget's test reads which file needs which.
    manifest: "manifest.json",
    rolldownOptions: {
      output: {
        // What every screen needs comes in one file that changes with the libraries alone.
        codeSplitting: {
          groups: [
            { name: "libraries", test: FIRST_LOAD },
            { name: "parts", test: PARTS },
          ],
        },
      },
    },
  },
  server: {
    host: "127.0.0.1",
    port: 4_180,
    strictPort: true,
    proxy: { "/trpc": SERVER, "/console": SERVER },
  },
});
