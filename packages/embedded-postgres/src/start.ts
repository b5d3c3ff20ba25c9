import { mkdir, realpath } from "node:fs/promises";
import { join } from "node:path";
import { findBinaries } from "./binaries.ts";
import { clusterExists, makeCluster, ownCluster, readPassword, ROLE } from "./cluster.ts";
import { PostgresNotStarted } from "./failure.ts";
import { chooseLauncher } from "./launcher.ts";
import { lock } from "./lock.ts";
import { clearOrphan } from "./orphan.ts";
import { startPostmaster } from "./postmaster.ts";

export interface StartOptions {
  /** The folder that holds the cluster (in `postgres/`) and the lock. Made when it is missing. */
  readonly dataDir: string;
  /** `false` for tests: nothing is flushed to disk, a power cut may lose everything. Default `true`. */
  readonly durable?: boolean;
  /** Called once, with one sentence, if PostgreSQL ends without `stop` having been called. */
  readonly onDeath?: (sentence: string) => void;
}

export interface EmbeddedPostgres {
  /** `postgres://role:password@127.0.0.1:port/postgres`; exchange the pathname for another database. */
  readonly url: string;
  /** Lets running statements end by cancelling them, writes everything out, lets go of the folder. */
  stop(): Promise<void>;
}

/**
 * Starts the PostgreSQL of a data folder, which is made on the first start. One process at a time may use a
 * folder. Whatever a killed predecessor left behind is cleared away.
 * @throws PostgresNotStarted, whose message is one sentence.
 */
export async function startPostgres(options: StartOptions): Promise<EmbeddedPostgres> {
  const dataDir = await makeFolder(options.dataDir);
  const held = lock(dataDir);
  try {
    const cluster = join(dataDir, "postgres");
    const durable = options.durable ?? true;
    const binaries = await findBinaries();
    await clearOrphan(cluster, { abandoned: held.wasAbandoned });
    const launcher = chooseLauncher(binaries.postgres, dataDir);
    if (!(await clusterExists(cluster))) {
      await makeCluster(cluster, { initdb: binaries.initdb, launcher, durable });
    }
    await ownCluster(cluster, launcher);
    const password = await readPassword(cluster);
    const onDeath = options.onDeath ?? (() => undefined);
    const postmaster = await startPostmaster({ cluster, binaries, launcher, durable, onDeath });
    return {
      url: `postgres://${ROLE}:${password}@127.0.0.1:${postmaster.port}/postgres`,
      stop: async () => postmaster.stop().finally(() => held.release()),
    };
  } catch (error) {
    held.release();
    throw error;
  }
}

async function makeFolder(path: string): Promise<string> {
  try {
    await mkdir(path, { recursive: true });
    // One name for one folder: the lock, the orphan and PostgreSQL's own check all compare paths.
    return await realpath(path);
  } catch (error) {
    throw new PostgresNotStarted(
      `the data folder ${path} cannot be made (${String(Object(error)["code"])}): choose one with BINCARD_DATA_DIR`,
    );
  }
}
