import type { Router } from "@bincard/api";
import { LIMITS } from "@bincard/contracts";
import { createTRPCClient, httpBatchLink } from "@trpc/client";
import { expect, test } from "vitest";
import { openStage, type Stage, URL_OF_APP } from "./stage.ts";

/** What a team has that brings tRPC's own client and its batching link. */
const batching = ({ fetch, token }: Stage) =>
  createTRPCClient<Router>({
    links: [
      httpBatchLink({
        url: `${URL_OF_APP}/trpc`,
        headers: { authorization: `Bearer ${token}` },
        fetch: async (url, init) =>
          fetch(String(url), {
            headers: new Headers(init?.headers),
            method: init?.method ?? "GET",
          }),
      }),
    ],
  });

test("tRPC's own client may batch calls, up to the limit and no further", async () => {
  const trpc = batching(await openStage());
  const ask = (calls: number) =>
    Promise.all(Array.from({ length: calls }, () => trpc.tokens.current.query({})));
  expect(await ask(LIMITS.callsPerTrpcBatch)).toHaveLength(LIMITS.callsPerTrpcBatch);
  await expect(ask(LIMITS.callsPerTrpcBatch + 1)).rejects.toMatchObject({
    data: { httpStatus: 400, failures: [{ code: "INVALID_VALUE" }] },
  });
});
