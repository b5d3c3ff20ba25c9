import { chmod, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { DEFAULT_URL, readSettings } from "../src/settings.ts";
import { Captured, openWorld, type World } from "./world.ts";

let world: World;
beforeAll(async () => (world = await openWorld()));
afterAll(async () => world.end());

const BARE = { BINCARD_URL: "", BINCARD_TOKEN: "" };
const config = () => join(world.folder, "config", "bincard", "config.json");

beforeEach(async () => {
  await world.type("logout --profile till", { env: BARE });
  await world.type("logout --profile default", { env: BARE });
});

async function login(...words: string[]) {
  const command = ["login", "--url", world.url, "--with-token", ...words];
  return world.type(command, { env: BARE, stdin: `${world.token}\n` });
}

test("login saves what the server accepted, for its owner's eyes only", async () => {
  const saved = await login();
  expect(saved).toMatchObject({ code: 0, stdout: "" });
  expect(saved.stderr).toMatch(/^Root of Bincard at http:.*: saved as profile "default" in /);
  expect((await stat(config())).mode & 0o777).toBe(0o600);
  expect((await stat(join(config(), ".."))).mode & 0o777).toBe(0o700);
  const who = await world.type("whoami", { env: BARE });
  expect(who.code).toBe(0);
  expect(who.stdout).toMatch(/\nTOKEN FROM +profile default\n/);
  expect(who.stdout).not.toContain(world.token);
});

test("a token that the server refuses is not saved, nor a location that is not there", async () => {
  const command = ["login", "--url", world.url, "--with-token"];
  const refused = await world.type(command, { env: BARE, stdin: "bincard_wrong" });
  expect(refused.code).toBe(4);
  expect((await login("--location", "Nowhere")).code).toBe(5);
  expect((await world.type("profiles --json", { env: BARE })).stdout).toBe('{\n  "items": []\n}\n');
});

test("a token is never a word of the command, and cannot be asked for off a terminal", async () => {
  expect((await world.type(`login --token ${world.token}`, { env: BARE })).code).toBe(2);
  expect((await world.type(`login --with-token ${world.token}`, { env: BARE })).code).toBe(2);
  expect((await world.type("login", { env: BARE })).stderr).toMatch(/this is not a terminal/);
  expect((await world.type("login --with-token", { env: BARE })).stderr).toMatch(
    /no token on stdin/,
  );
});

test("several profiles: by flag, by environment, by switching", async () => {
  await login();
  await login("--profile", "till", "--location", "Main");
  const listed = await world.type("profiles", { env: BARE });
  expect(listed.stdout).toMatch(/\n {3}default +http.*\n\* +till +http\S+ +Main\n$/);
  expect(listed.stdout).not.toContain(world.token);
  await world.type("profiles default", { env: BARE });
  const from = async (command: string, env: Record<string, string> = {}) =>
    /TOKEN FROM +(.*)\n/.exec(
      (await world.type(command, { env: { ...BARE, ...env } })).stdout,
    )?.[1];
  expect(await from("whoami")).toBe("profile default");
  expect(await from("whoami --profile till")).toBe("profile till");
  expect(await from("whoami", { BINCARD_PROFILE: "till" })).toBe("profile till");
  const token = world.token;
  expect(await from("whoami --profile till", { BINCARD_TOKEN: token })).toBe("BINCARD_TOKEN");
  const unknown = await world.type("whoami --profile tilll", { env: BARE });
  expect(unknown.stderr).toMatch(/there is no profile "tilll"\n {2}hint: Did you mean "till"/);
  expect((await world.type("profiles nobody", { env: BARE })).code).toBe(2);
  expect((await world.type("logout", { env: BARE })).stderr).toMatch(/forgot profile "default"/);
  expect((await world.type("logout", { env: BARE })).code).toBe(2);
});

test("a profile's token goes to that profile's server only", async () => {
  await login();
  const other = await world.type("counts", {
    env: { BINCARD_URL: "http://127.0.0.1:1", BINCARD_TOKEN: "" },
  });
  expect(other.code).toBe(4);
  expect(other.stderr).toMatch(/error\[NO_TOKEN\]: no token for http:\/\/127\.0\.0\.1:1/);
});

test("a file that others may read is mended by the next login; doctor warns before", async () => {
  await login();
  await chmod(config(), 0o644);
  const doctor = await world.type("doctor", { env: BARE });
  expect(doctor.code).toBe(0);
  expect(doctor.stdout).toMatch(
    /\nwarn {2}config +others may read .*\(0644\).*\n +hint: chmod 600 /,
  );
  await login();
  expect((await stat(config())).mode & 0o777).toBe(0o600);
});

test("a file that is not a configuration is named, not overwritten", async () => {
  await mkdir(join(config(), ".."), { recursive: true });
  for (const text of ["{", '{"profiles":{"a":{"url":"x","token":"y"}}}']) {
    await writeFile(config(), text);
    const bad = await login();
    expect(bad.code).toBe(2);
    expect(bad.stderr).toMatch(/error\[BAD_CONFIG\]: .*config\.json is not/);
    expect(await readFile(config(), "utf8")).toBe(text);
  }
  await writeFile(config(), '{"profiles":{}}');
});

test("without any settings, a server started in this folder is found by its root token", async () => {
  const io = {
    stdin: Readable.from([]),
    stdout: new Captured(),
    stderr: new Captured(),
    env: { HOME: world.folder, XDG_CONFIG_HOME: join(world.folder, "none") },
    cwd: world.folder,
    interrupted: new AbortController().signal,
  };
  expect(await readSettings(io, undefined)).toMatchObject({ url: DEFAULT_URL, token: undefined });
  await mkdir(join(world.folder, ".bincard"), { recursive: true });
  await writeFile(join(world.folder, ".bincard", "root-token"), "the-root-token\n");
  expect(await readSettings(io, undefined)).toMatchObject({ token: "the-root-token" });
  const elsewhere = { ...io, env: { ...io.env, BINCARD_URL: world.url } };
  expect(await readSettings(elsewhere, undefined)).toMatchObject({ token: undefined });
  const moved = { ...io, env: { ...io.env, BINCARD_DATA_DIR: "data" } };
  expect(await readSettings(moved, undefined)).toMatchObject({ token: undefined });
});
