import type { IncomingHttpHeaders } from "node:http";
import { authorize, operations } from "@bincard/contracts";
import type { ThinPath } from "../thin-door.ts";
import { objectOf } from "./body.ts";
import { createChanges } from "./create-changes.ts";
import { refusalResponse } from "./failures.ts";
import { VERSION_HEADER } from "./routes.ts";
import { DEFAULT_VERSION, readVersion, type SquareVersion } from "./version.ts";

/** The changes endpoint, which Square has called two names. */
export const THIN_SQUARE: readonly ThinPath[] = ["batch-create", "batch-change"].map((name) => ({
  url: name === "batch-create" ? `/v2/inventory/changes/${name}` : `/v2/inventory/${name}`,
  door: "square",
  accepts: (headers) => versionIn(headers) !== undefined,
  async answer({ ledger, principal, headers, text, pause, tell }) {
    authorize(principal, operations.changes.create);
    const body = objectOf(await text());
    await pause();
    const { dialect, name: version } = versionIn(headers) ?? DEFAULT_VERSION;
    const query = new Map<string, string>();
    const call = { ledger, principal, dialect, version, id: "", query, body, tell };
    const answer = await createChanges(call);
    await pause();
    return JSON.stringify(answer);
  },
  refuse: (refusal) => refusalResponse(refusal),
  answerHeaders: ({ headers }) => ({
    [VERSION_HEADER]: (versionIn(headers) ?? DEFAULT_VERSION).name,
  }),
}));

function versionIn(headers: IncomingHttpHeaders): SquareVersion | undefined {
  const given = headers["square-version"];
  return Array.isArray(given) ? undefined : readVersion(given);
}
