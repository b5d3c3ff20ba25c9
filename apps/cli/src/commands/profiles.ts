import { didYouMean } from "@bincard/import/similar";
import { Complaint } from "../complaint.ts";
import { connect } from "../connect.ts";
import type { Context } from "../context.ts";
import type { LoginOptions } from "../declarations/profiles.ts";
import type { Call } from "../declare.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { readAll } from "../io.ts";
import { theLocationId } from "../named-location.ts";
import { printAnswer, printOne } from "../print.ts";
import { readConfig, writeConfig } from "../profiles.ts";
import { checkUrl, DEFAULT_URL } from "../settings.ts";

/** Saves nothing that the server has not accepted. */
export async function login(context: Context, { options }: Call<LoginOptions>) {
  const { io, profileName } = context;
  const name = profileName ?? (io.env["BINCARD_PROFILE"] || "default");
  const url = checkUrl(options.url ?? (io.env["BINCARD_URL"] || DEFAULT_URL));
  const token =
    options.withToken === true ? await tokenFromStdin(context) : await askToken(context);
  const client = connect(io, { url, token });
  const { info, merchant } = await client.tokens.current({});
  if (options.location !== undefined) await theLocationId(client, options.location);
  const config = await readConfig(io.env);
  const { location } = options;
  const path = await writeConfig(io.env, {
    current: name,
    profiles: {
      ...config.profiles,
      [name]: { url, token, ...(location !== undefined && { location }) },
    },
  });
  await context.note(
    `${info.application.name} of ${merchant.name} at ${url}: saved as profile "${name}" in ${path}`,
  );
}

async function tokenFromStdin({ io }: Context): Promise<string> {
  const token = (await readAll(io.stdin)).trim();
  if (token !== "") return token;
  throw new Complaint("USAGE", "no token on stdin", {
    exitCode: EXIT_CODES.usage,
    hint: "bincard login --with-token < token.txt",
  });
}

async function askToken(context: Context): Promise<string> {
  if (!context.canAsk)
    throw new Complaint("USAGE", "a token cannot be asked for: this is not a terminal", {
      exitCode: EXIT_CODES.usage,
      hint: "bincard login --with-token < token.txt",
    });
  const { password } = await import("@clack/prompts");
  const token = await password({
    message: "Token",
    input: context.io.stdin,
    output: context.io.stderr,
  });
  if (typeof token === "string" && token.trim() !== "") return token.trim();
  throw new Complaint("INTERRUPTED", "nothing was saved", { exitCode: EXIT_CODES.interrupted });
}

export async function logout(context: Context) {
  const { io, profileName } = context;
  const config = await readConfig(io.env);
  const name = profileName ?? (io.env["BINCARD_PROFILE"] || config.current);
  if (name === undefined || !Object.hasOwn(config.profiles, name))
    throw new Complaint(
      "USAGE",
      name === undefined ? "no one is logged in" : `there is no profile "${name}"`,
      {
        exitCode: EXIT_CODES.usage,
        hint: didYouMean(name ?? "", Object.keys(config.profiles)) ?? 'see "bincard profiles"',
      },
    );
  const { [name]: gone, ...profiles } = config.profiles;
  const current = config.current === name ? {} : { current: config.current };
  await writeConfig(io.env, { ...current, profiles });
  await context.note(
    `forgot profile "${name}" (${gone?.url}); the token itself lives on until revoked`,
  );
}

export async function whoami(context: Context) {
  const client = await context.client();
  const answer = await client.tokens.current({});
  const { url, tokenFrom } = await context.settings();
  await printOne(
    context,
    { url, tokenFrom, ...answer },
    {
      columns: [
        { key: "url", title: "SERVER", value: () => url },
        { key: "tokenFrom", title: "TOKEN FROM", value: () => tokenFrom },
        { key: "merchant", title: "MERCHANT", value: ({ merchant }) => merchant.name },
        { key: "merchantId", title: "MERCHANT ID", value: ({ merchant }) => merchant.id },
        { key: "application", title: "APPLICATION", value: ({ info }) => info.application.name },
        { key: "tokenId", title: "TOKEN ID", value: ({ info }) => info.id },
        { key: "expiresAt", title: "EXPIRES AT", value: ({ info }) => info.expiresAt },
        { key: "scopes", title: "SCOPES", value: ({ info }) => info.scopes.join(" ") },
      ],
      row: answer,
    },
  );
}

export async function profiles(context: Context, { args: [use] }: Call<unknown>) {
  const { io } = context;
  const config = await readConfig(io.env);
  if (use !== undefined) {
    if (!Object.hasOwn(config.profiles, use))
      throw new Complaint("USAGE", `there is no profile "${use}"`, {
        exitCode: EXIT_CODES.usage,
        hint: didYouMean(use, Object.keys(config.profiles)) ?? 'see "bincard profiles"',
      });
    await writeConfig(io.env, { ...config, current: use });
    return context.note(`profile "${use}" is the current one`);
  }
  // Never the token, in no format.
  const rows = Object.entries(config.profiles).map(([name, { url, location }]) => ({
    name,
    url,
    ...(location !== undefined && { location }),
    current: name === config.current,
  }));
  await printAnswer(
    context,
    { items: rows },
    {
      columns: [
        { key: "current", title: "", value: ({ current }) => (current ? "*" : "") },
        { key: "name", title: "PROFILE", value: ({ name }) => name },
        { key: "url", title: "SERVER", value: ({ url }) => url },
        { key: "location", title: "LOCATION", value: ({ location }) => location },
      ],
      rows,
    },
  );
  if (rows.length === 0) await context.note('none yet: "bincard login --url URL" makes one');
}
