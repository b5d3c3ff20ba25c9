import { type Scope, SCOPES } from "@bincard/contracts";
import { didYouMean } from "@bincard/import/similar";
import { askMerchants, askTokens } from "../asking.ts";
import { MERCHANT_COLUMNS, TOKEN_COLUMNS } from "../columns.ts";
import { Complaint } from "../complaint.ts";
import { confirmed } from "../confirm.ts";
import type { Context } from "../context.ts";
import type { CreateTokenOptions, RevokeTokenOptions } from "../declarations/access.ts";
import type { ExtentOptions } from "../declarations/reading.ts";
import type { Call } from "../declare.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { printListing } from "../extent.ts";
import { printOne } from "../print.ts";

export async function listMerchants(context: Context, { options }: Call<ExtentOptions>) {
  await printListing(context, {
    ask: askMerchants(await context.client()),
    options,
    view: { columns: MERCHANT_COLUMNS, show: (rows) => rows },
  });
}

export async function createMerchant(context: Context, { args: [name = ""] }: Call<unknown>) {
  const client = await context.client();
  const { merchant } = await client.merchants.create({ name });
  await printOne(context, merchant, { columns: MERCHANT_COLUMNS, row: merchant });
  await context.note(
    `a token for it: bincard tokens create NAME --scope SCOPE --merchant ${merchant.id}`,
  );
}

export async function listTokens(
  context: Context,
  { options }: Call<ExtentOptions & { merchant?: string }>,
) {
  const { merchant } = options;
  await printListing(context, {
    ask: askTokens(await context.client(), merchant === undefined ? {} : { merchantId: merchant }),
    options,
    view: { columns: TOKEN_COLUMNS, show: (rows) => rows },
  });
}

export async function createToken(
  context: Context,
  { args: [name = ""], options }: Call<CreateTokenOptions>,
) {
  const { scope, application, merchant, expires } = options;
  const scopes = scope.flatMap((words) => words.split(",")).map(scopeOf);
  const client = await context.client();
  const answer = await client.tokens.create({
    application: { name, ...(application !== undefined && { id: application }) },
    scopes,
    ...(merchant !== undefined && { merchantId: merchant }),
    ...(expires !== undefined && { expiresAt: expires }),
  });
  await printOne(context, answer, {
    columns: [
      { key: "token", title: "TOKEN", value: ({ token }) => token },
      ...TOKEN_COLUMNS.map((column) => ({
        ...column,
        value: ({ info }: typeof answer) => column.value(info),
      })),
    ],
    row: answer,
  });
  await context.note("keep the token now: it is not shown again");
}

export async function revokeToken(
  context: Context,
  { args: [id = ""], options: { merchant, yes } }: Call<RevokeTokenOptions>,
) {
  await confirmed(context, { question: `revoke the token ${id} for ever?`, yes });
  const client = await context.client();
  const { info } = await client.tokens.revoke({
    id,
    ...(merchant !== undefined && { merchantId: merchant }),
  });
  await printOne(context, info, { columns: TOKEN_COLUMNS, row: info });
}

function scopeOf(given: string): Scope {
  const word = given.trim().toUpperCase().replaceAll("-", "_");
  const scope = SCOPES.find((known) => known === word);
  if (scope !== undefined) return scope;
  throw new Complaint("USAGE", `"${given}" is not a scope`, {
    exitCode: EXIT_CODES.usage,
    hint: didYouMean(word, SCOPES) ?? `scopes: ${SCOPES.join(", ")}`,
  });
}
