import { LIMITS, operations, parseOrRefuse, type Principal } from "@bincard/contracts";
import { expect, test } from "vitest";
import { attend } from "../src/attend.ts";
import { FairShare } from "../src/fair-share.ts";
import { Queues } from "../src/queues.ts";
import { openLimited } from "./open-limited.ts";

const FEW = parseOrRefuse(operations.counts.list.input, { limit: 10 });

test("who waits for its share holds no place at the database meanwhile", async () => {
  const { ledger, metrics, token, newMerchant, newToken } = await openLimited();
  let now = 0;
  let goOn = () => {};
  const waited = new Promise<void>((resolve) => (goOn = resolve));
  const fairShare = new FairShare({ now: () => now, worked: () => 0, pause: async () => waited });
  const queues = new Queues();
  const turnOfLargeWork = async () => {};
  const tracing = undefined;
  const attended = attend(ledger, { metrics, fairShare, queues, tracing, turnOfLargeWork });
  const principalOf = async (name: string) =>
    ledger.authenticate(await newToken(undefined, await newMerchant(name)));
  const quiet = await ledger.authenticate(token);
  const loud: readonly Principal[] = [await principalOf("Loud"), await principalOf("Louder")];
  for (const { merchantId } of [quiet, ...loud]) void fairShare.enter(merchantId, 1);
  for (const { merchantId } of loud) fairShare.charge(merchantId, 1_000_000);
  const asked = loud.flatMap((principal) =>
    Array.from({ length: LIMITS.queriesPerMerchant }, async () =>
      attended.counts.list(principal, FEW),
    ),
  );
  expect(fairShare.waiting).toBe(loud.length);
  expect(queues.running).toBe(0);
  expect(await attended.counts.list(quiet, FEW)).toMatchObject({ counts: [] });
  expect(fairShare.waiting).toBe(loud.length);
  now = 60_000;
  goOn();
  expect(await Promise.all(asked)).toHaveLength(asked.length);
  expect(fairShare.waiting).toBe(0);
});
