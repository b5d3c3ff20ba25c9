/** The rules of a distributed ledger, by name; `docs/scaling.md` says what each is for. */
export type RuleName =
  | "merchant first"
  | "merchant named"
  | "one merchant locked"
  | "merchant stays"
  | "nothing mutable"
  | "nothing refused"
  | "tables are ours"
  | "everything sent";

export interface Exception {
  readonly rule: RuleName;
  /**
   * Matches the statement's text, its whitespace as single spaces, or `table.index` of the schema, or the file and
   * function of what was not sent.
   */
  readonly matches: RegExp;
  readonly reason: string;
}

/** What may break a rule, and why: all of it, in one list. An entry that nothing needs is a fault. */
export const EXCEPTIONS: readonly Exception[] = [
  {
    rule: "merchant first",
    matches: /^tokens\.tokens_by_secret$/,
    reason:
      "a secret is looked up before it is known whose it is; on a cluster tokens and applications are kept whole on every node",
  },
  {
    rule: "merchant named",
    matches: /^select .* from "bincard"\."tokens" .* where .*"secret_hash" = \$1$/,
    reason: "the way in: the token says who the merchant is",
  },
  {
    rule: "merchant named",
    matches:
      /^select [^()]* from "bincard"\."merchants" (?:where \S+"id" > \$1 )?order by \S+ asc limit \$\d$/,
    reason: "the operator's list of merchants, in the order of their ids",
  },
  {
    rule: "nothing refused",
    matches: /^select pg_advisory_xact_lock\(\$1\)$/,
    reason: "servers that start at once on an empty database: once in its life, at one node",
  },
  {
    rule: "nothing refused",
    matches: /^select pg_advisory_lock\(\$1\)$/,
    reason: "servers that migrate at once take turns, on their connections to one node",
  },
  {
    rule: "nothing refused",
    matches: /^CREATE TABLE IF NOT EXISTS "bincard"\."migrations"/,
    reason: "the migrator's own table, which holds nothing of any merchant and stays on one node",
  },
  {
    rule: "tables are ours",
    matches: /bincard"?\."?migrations"?/,
    reason: "the migrator's own table, as above",
  },
  {
    rule: "nothing refused",
    matches: /^create role "bincard_(?:app|gate)" nologin$/,
    reason: "the roles that the ledger works as, made while migrating; a cluster hands them on",
  },
  {
    rule: "everything sent",
    matches: /^packages\/core\/src\/store\/roles\.ts makeRole$/,
    reason: "a superuser, as which the linter connects, needs no grant of a role",
  },
  {
    rule: "merchant named",
    matches:
      /^select s\.merchant_id, s\.id, .* from bincard\.webhook_subscriptions s join bincard\.merchants m /,
    reason:
      "servers look for subscriptions that have something to be told, over all merchants: a look at the slim columns that the gate sees",
  },
  {
    rule: "merchant named",
    matches: /^select distinct s\.merchant_id from bincard\.webhook_subscriptions s where exists /,
    reason:
      "servers look every hour for merchants whose deliveries were kept long enough: the same slim columns",
  },
  {
    rule: "merchant named",
    matches: /^select count\(\*\) filter \(where d\.state = 'PENDING'\) as pending,/,
    reason: "what the operator's metrics say of all merchants' deliveries, counts and nothing else",
  },
];
