import type { Bench } from "../bench.ts";
import { startChild } from "../child.ts";
import { clusterBytes, clusterCpu, processBytes, processCpu } from "../cpu.ts";
import { historiesOf, inWords } from "../data/histories.ts";
import type { History } from "../data/history.ts";
import type { VerifiedIn, VerifierSettings } from "../processes/verifier.ts";
import type { Row, Sample } from "../sample.ts";
import { type Case, workOf } from "./case.ts";

const WATCH_MILLISECONDS = 100;
/** A larger history is left out when the smaller one says that it would take longer than this. */
const PATIENCE_SECONDS = 90;

export const verify: Case = {
  name: "verify",
  title: "Recomputing every count",
  about:
    "`verify` in a process of its own while another sells single items to the same merchant from 4 clients. Memory is the " +
    "most that was seen: of the process, and of all of PostgreSQL's processes without its shared buffers.",
  unit: "changes",
  quick: false,
  async run(bench, note) {
    const rows: Row[] = [];
    let perSecond = Number.POSITIVE_INFINITY;
    for (const history of await historiesOf(bench)) {
      const expected = history.changes / perSecond;
      if (expected > PATIENCE_SECONDS) {
        note(`${inWords(history.changes)} would take ${expected.toFixed(0)} s: left out.`);
        continue;
      }
      const times = history.changes > 1_000_000 ? 1 : Math.min(2, bench.options.rounds);
      for (const setting of ["alone", "while writes go on"]) {
        const samples: Sample[] = [];
        for (let turn = 0; turn < times; turn++)
          samples.push(await watched(bench, history, setting !== "alone"));
        rows.push({
          contender: "verify",
          setting: `${inWords(history.changes)}, ${setting}`,
          samples,
        });
      }
    }
    note("Nothing was found to differ.");
    return rows;
  },
};

async function watched(bench: Bench, history: History, writing: boolean): Promise<Sample> {
  const verifier = await startChild<object, VerifiedIn>("verifier", {
    world: history,
  } satisfies VerifierSettings);
  const { postmaster } = bench.cluster;
  const most = { nodeBytes: 0, postgresBytes: 0 };
  const watch = setInterval(() => {
    most.nodeBytes = Math.max(most.nodeBytes, processBytes(verifier.pid) ?? 0);
    most.postgresBytes = Math.max(most.postgresBytes, clusterBytes(postmaster) ?? 0);
  }, WATCH_MILLISECONDS);
  try {
    const writes = writing ? writeUntil(bench, history) : undefined;
    const nodeBefore = processCpu(verifier.pid);
    const postgresBefore = clusterCpu(postmaster);
    const { seconds, changes, findingCount } = await verifier.ask({});
    if (findingCount > 0) throw new Error(`verify found ${findingCount} differences`);
    const cpu = (before: number | undefined, after: number | undefined) =>
      before === undefined || after === undefined ? undefined : after - before;
    const latency = seconds * 1_000;
    const sample: Sample = {
      seconds,
      changes,
      requests: 1,
      p50: latency,
      p99: latency,
      nodeCpu: cpu(nodeBefore, processCpu(verifier.pid)),
      postgresCpu: cpu(postgresBefore, clusterCpu(postmaster)),
      ...(most.nodeBytes > 0 ? most : {}),
    };
    await writes?.end();
    return sample;
  } finally {
    clearInterval(watch);
    await verifier.stop();
  }
}

/** Sells until it is told to end. */
async function sell(bench: Bench, history: History, isOver: () => boolean): Promise<void> {
  const writer = await bench.writer("bincard", { world: history });
  while (!isOver()) await writer.ask({ work: workOf(1, { clients: 4 }), seconds: 0.5 });
}

function writeUntil(bench: Bench, history: History): { end(): Promise<void> } {
  let over = false;
  const selling = sell(bench, history, () => over);
  // Awaited at the end; until then a failure must not end the process unseen.
  selling.catch(() => undefined);
  return {
    async end() {
      over = true;
      await selling;
    },
  };
}
