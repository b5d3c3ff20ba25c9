import type { Answer, Operations, Principal } from "@bincard/contracts";
import type { Connections } from "./store/connect.ts";
import { verifyStored } from "./store/verify.ts";

type Verify = Operations["ledger"]["verify"];

/** Recomputes every count of the merchant from its changes and names each difference (L8). */
export async function verify(
  { long }: Connections,
  { merchantId }: Principal,
): Promise<Answer<Verify>> {
  return { merchantId, ...(await verifyStored(long, merchantId)) };
}
