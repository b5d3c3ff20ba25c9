import { startPostgres } from "@bincard/embedded-postgres";

/** A process of its own that holds a data folder until it is killed: says its database's url, or why not. */
const [, , dataDir = ""] = process.argv;
try {
  const { url } = await startPostgres({ dataDir });
  process.stdout.write(`${JSON.stringify({ url })}\n`);
} catch (error) {
  process.stdout.write(`${JSON.stringify({ refused: String(error) })}\n`);
  process.exit(1);
}
