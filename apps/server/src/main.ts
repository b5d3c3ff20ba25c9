import { settingsOfProcess, type Settings } from "./env.ts";
import { whenLauncherEnds } from "./launcher.ts";
import { openLog } from "./log.ts";
import { sentenceOf } from "./not-started.ts";
import { type Running, start } from "./start.ts";

/**
 * Whatever still holds the process this long after it was told to stop is cut off. What may hold it by right is over by
 * then: requests (6 s), webhooks (2 s more), connections to the database (5 s), traces (2 s) and PostgreSQL (9 s).
 */
const STOP_SECONDS = 30;

function fail(sentence: string): never {
  process.stderr.write(`bincard: ${sentence}\n`);
  process.exit(1);
}

async function main(settings: Settings): Promise<void> {
  const log = openLog(settings.logLevel);
  const onDeath = (sentence: string) => {
    log.fatal(sentence);
    fail(sentence);
  };
  const starting = start(settings, { log, onDeath });
  let stopping = false;
  const stop = async (because: string) => {
    // A terminal and the program above us may both pass a signal on: one is enough.
    if (stopping) return;
    stopping = true;
    const cutOff = () => fail(`not everything has stopped within ${STOP_SECONDS} seconds: cut off`);
    setTimeout(cutOff, STOP_SECONDS * 1_000).unref();
    log.info({ because }, "stopping");
    const running: Running | undefined = await starting.catch(() => undefined);
    await running?.stop();
    process.exit(0);
  };
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, stop);
  whenLauncherEnds(() => void stop("its launcher ended"));
  const { greeting, url } = await starting;
  if (stopping) return;
  process.stdout.write(`\n${greeting}\n`);
  log.info({ url }, "ready");
}

let settings: Settings | undefined;
try {
  settings = settingsOfProcess();
  await main(settings);
} catch (error) {
  fail(sentenceOf(error, settings?.databaseUrl));
}
