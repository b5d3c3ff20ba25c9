import { randomBytes } from "node:crypto";
import {
  type Answer,
  LIMITS,
  type Operations,
  type Parsed,
  type Principal,
  type Refusal,
  refuse,
  type WebhookSubscription,
} from "@bincard/contracts";
import { fromCursor, pageOf, toCursor } from "../cursor.ts";
import { fingerprintOf } from "../fingerprint.ts";
import { reusedKey } from "../record-changes.ts";
import type { Connections } from "../store/connect.ts";
import { claimKey } from "../store/keys.ts";
import { readMerchant } from "../store/known.ts";
import { untilDone } from "../store/transaction.ts";
import {
  countSubscriptions,
  deleteStoredSubscription,
  findByKey,
  insertSubscription,
  listStoredSubscriptions,
  readSubscription,
  replaceKey,
  type StoredSubscription,
  updateStoredSubscription,
} from "../store/webhook-subscriptions.ts";
import type { Desk, OpenDesk } from "./desk.ts";
import { placeOf } from "./place.ts";

type Create = Operations["webhooks"]["create"];
type Get = Operations["webhooks"]["get"];
type List = Operations["webhooks"]["list"];
type Update = Operations["webhooks"]["update"];
type Delete = Operations["webhooks"]["delete"];
type RotateKey = Operations["webhooks"]["rotateKey"];

/** One request, read: who asks for what. */
export interface AskedBy<Input> {
  readonly principal: Principal;
  readonly input: Input;
}

/** 256 random bits. As it stands it is Square's key; behind "whsec_" it is Standard Webhooks' secret. */
const newSignatureKey = (): string => randomBytes(32).toString("base64");
const newSubscriptionId = (): string => `wbhk_${randomBytes(16).toString("hex")}`;

export function noSubscription(id: string, field = "id"): Refusal {
  return refuse("NOT_FOUND", `there is no webhook subscription ${id}`, {
    path: [field],
    subject: { kind: "webhook subscription", id },
  });
}

/** Keys are for those who may change them. */
function shown(
  { vault }: Pick<Desk, "vault">,
  { merchantId, scopes }: Principal,
  stored: StoredSubscription,
): WebhookSubscription {
  const mayKnow = scopes.includes("WEBHOOKS_WRITE");
  const key = mayKnow
    ? vault?.open(stored.signatureKey, placeOf(merchantId, stored.id))
    : undefined;
  const { id, name, position, createdAt, updatedAt, notificationUrl } = stored;
  return {
    id,
    name,
    enabled: stored.isEnabled,
    eventTypes: [...stored.eventTypes],
    notificationUrl,
    ...(stored.apiVersion === undefined ? {} : { apiVersion: stored.apiVersion }),
    ...(key === undefined ? {} : { signatureKey: key }),
    position,
    ...(stored.failingSince === undefined ? {} : { failingSince: stored.failingSince }),
    createdAt,
    updatedAt,
  };
}

function refuseAddress({ courier }: OpenDesk, notificationUrl: string): void {
  const objection = courier.objectionTo(notificationUrl);
  if (objection !== undefined)
    throw refuse("INVALID_VALUE", objection, { path: ["notificationUrl"] });
}

/** It is told of everything that is recorded from now on. TOO_MANY beyond the limit of a merchant. */
export async function createSubscription(
  { sql }: Connections,
  desk: Desk,
  { principal, input }: AskedBy<Parsed<Create>>,
): Promise<Answer<Create>> {
  const open = desk.configured();
  const { merchantId } = principal;
  const { idempotencyKey, ...fields } = input;
  refuseAddress(open, fields.notificationUrl);
  const fingerprint = fingerprintOf("webhooks.create", fields);
  const stored = await untilDone(() =>
    sql.begin(async (inside) => {
      // Two that are made at once take turns, and each begins at a position that its writers have passed.
      const merchant = await readMerchant(inside, merchantId, "lock");
      const before =
        idempotencyKey === undefined
          ? undefined
          : await findByKey(inside, merchantId, idempotencyKey);
      if (before !== undefined) return madeBefore(before, fingerprint);
      if ((await countSubscriptions(inside, merchantId)) >= LIMITS.webhookSubscriptions)
        throw refuse(
          "TOO_MANY",
          `a merchant has at most ${LIMITS.webhookSubscriptions} webhook subscriptions`,
        );
      const id = newSubscriptionId();
      return insertSubscription(inside, {
        merchantId,
        id,
        ...fields,
        signatureKey: open.vault.seal(newSignatureKey(), placeOf(merchantId, id)),
        position: merchant?.position ?? 0,
        idempotencyKey,
        fingerprint,
      });
    }),
  );
  return { subscription: shown(open, principal, stored) };
}

function madeBefore(
  { stored, fingerprint, isDeleted }: NonNullable<Awaited<ReturnType<typeof findByKey>>>,
  asked: string,
): StoredSubscription {
  if (fingerprint !== asked)
    throw refuse("IDEMPOTENCY_KEY_REUSED", "the key was used for another subscription", {
      path: ["idempotencyKey"],
    });
  if (isDeleted) throw noSubscription(stored.id);
  return stored;
}

export async function getSubscription(
  { sql }: Connections,
  desk: Desk,
  { principal, input }: AskedBy<Parsed<Get>>,
): Promise<Answer<Get>> {
  const stored = await readSubscription(sql, principal.merchantId, input.id);
  if (stored === undefined) throw noSubscription(input.id);
  return { subscription: shown(desk, principal, stored) };
}

export async function listSubscriptions(
  { sql }: Connections,
  desk: Desk,
  { principal, input }: AskedBy<Parsed<List>>,
): Promise<Answer<List>> {
  const { merchantId } = principal;
  const { includeDisabled, order, limit, cursor } = input;
  const listing = { operation: "webhooks.list", merchantId, filters: { includeDisabled, order } };
  const place = cursor === undefined ? undefined : fromCursor(listing, cursor, ["time", "text"]);
  const after = place && { createdAt: place[0], id: place[1] };
  const asked = { includeDisabled, order, after, limit: limit + 1 };
  const found = await listStoredSubscriptions(sql, merchantId, asked);
  const { rows, ...rest } = pageOf(found, limit, (last) =>
    toCursor(listing, [last.createdAt, last.id]),
  );
  return { subscriptions: rows.map((row) => shown(desk, principal, row)), ...rest };
}

/** Fields left out keep their value. */
export async function updateSubscription(
  { sql }: Connections,
  desk: Desk,
  { principal, input }: AskedBy<Parsed<Update>>,
): Promise<Answer<Update>> {
  const { merchantId } = principal;
  const { id, ...change } = input;
  const open = desk.configured();
  if (change.notificationUrl !== undefined) refuseAddress(open, change.notificationUrl);
  const stored = await untilDone(() => updateStoredSubscription(sql, { merchantId, id }, change));
  if (stored === undefined) throw noSubscription(id);
  return { subscription: shown(open, principal, stored) };
}

/** What it was still to be told is cancelled. */
export async function deleteSubscription(
  { sql }: Connections,
  _desk: Desk,
  { principal, input }: AskedBy<Parsed<Delete>>,
): Promise<Answer<Delete>> {
  const { id } = input;
  const { merchantId } = principal;
  const isDeleted = await untilDone(() =>
    sql.begin((inside) => deleteStoredSubscription(inside, { merchantId, id })),
  );
  if (!isDeleted) throw noSubscription(id);
  return { deletedId: id };
}

/**
 * Standard Webhooks' header carries a signature by the old key, too, for `LIMITS.webhookOldKeyHours`. A repetition under
 * the same idempotency key would end that: it rotates nothing (L6).
 */
export async function rotateKey(
  { sql }: Connections,
  desk: Desk,
  { principal, input }: AskedBy<Parsed<RotateKey>>,
): Promise<Answer<RotateKey>> {
  const open = desk.configured();
  const { merchantId, tokenId } = principal;
  const { id, idempotencyKey: key } = input;
  const operation = "webhooks.rotateKey";
  const claim = { merchantId, operation, fingerprint: fingerprintOf(operation, { id }), tokenId };
  const sealed = open.vault.seal(newSignatureKey(), placeOf(merchantId, id));
  const stored = await untilDone(() =>
    sql.begin(async (inside) => {
      const claimed = key === undefined ? "new" : await claimKey(inside, { ...claim, key });
      if (claimed === "taken") throw reusedKey();
      if (claimed === "again") return readSubscription(inside, merchantId, id);
      const rotated = await replaceKey(inside, { merchantId, id }, sealed);
      // Thrown in here, so that the key stays free.
      if (rotated === undefined) throw noSubscription(id);
      return rotated;
    }),
  );
  if (stored === undefined) throw noSubscription(id);
  return { subscription: shown(open, principal, stored) };
}
