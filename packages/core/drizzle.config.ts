import { defineConfig } from "drizzle-kit";

export default defineConfig({
  dialect: "postgresql",
  schema: "./src/store/*schema.ts",
  out: "./migrations",
  casing: "snake_case",
  schemaFilter: ["bincard"],
});
