import postgres from "postgres";

/** Whom the ledger works as; `connect` takes them on. Roles are the whole cluster's, so they may be there. */
const ROLES = ["bincard_app", "bincard_gate"] as const;
type Role = (typeof ROLES)[number];

/**
 * Makes the roles, and this user of the database one who can take them on, as far as that is not so already.
 * @throws RolesMissing for a user that may not, with everything that is left to do.
 */
export async function makeRoles(sql: postgres.Sql): Promise<void> {
  const [asked] = await sql`select quote_ident(current_user) as user`;
  const missing: Missing = { make: [], tame: [], grant: [], to: String(asked?.["user"]), why: [] };
  for (const role of ROLES) await makeRole(sql, role, missing);
  if (missing.why.length > 0) throw new RolesMissing(missing);
}

/** What only a superuser can do, and why. */
interface Missing {
  readonly make: Role[];
  /** Roles that somebody gave more power than walls between merchants can bear. */
  readonly tame: Role[];
  readonly grant: Role[];
  /** The user, as SQL writes it. */
  readonly to: string;
  readonly why: string[];
}

async function makeRole(sql: postgres.Sql, role: Role, missing: Missing): Promise<void> {
  const found =
    (await find(sql, role)) ??
    (await sql`create role ${sql(role)} nologin`.then(
      async () => find(sql, role),
      async (error: unknown) => {
        // Another database of the cluster is being migrated, too.
        if (isTaken(error)) return find(sql, role);
        missing.make.push(role);
        missing.grant.push(role);
        missing.why.push(messageOf(error));
        return undefined;
      },
    ));
  if (found === undefined) return;
  if (found["bypasses"] === true) {
    missing.tame.push(role);
    missing.why.push(`${role} bypasses row-level security`);
  }
  if (found["mine"] === true) return;
  await sql`grant ${sql(role)} to current_user`.catch((error: unknown) => {
    missing.grant.push(role);
    missing.why.push(messageOf(error));
  });
}

/** From 16 on, who makes a role is a member of it that cannot take it on until it is granted, too. */
async function find(sql: postgres.Sql, role: Role): Promise<postgres.Row | undefined> {
  const [found] = await sql`
    select rolsuper or rolbypassrls as bypasses,
           pg_has_role(current_user, oid, case
             when current_setting('server_version_num')::int >= 160000 then 'set' else 'member'
           end) as mine
    from pg_roles where rolname = ${role}`;
  return found;
}

const isTaken = (error: unknown): boolean =>
  error instanceof postgres.PostgresError && ["42710", "23505"].includes(error.code);

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

/** The database's user may not make the roles that the ledger works as, or take them on. */
export class RolesMissing extends Error {
  override readonly name = "RolesMissing";
  constructor({ make, tame, grant, to, why }: Missing) {
    const commands = [
      ...make.map((role) => `create role ${role} nologin;`),
      ...tame.map((role) => `alter role ${role} nosuperuser nobypassrls;`),
      ...(grant.length === 0 ? [] : [`grant ${grant.join(", ")} to ${to};`]),
    ];
    super(
      `Bincard works as the roles ${ROLES.join(" and ")}, which this user of the database cannot make and take on ` +
        `(${[...new Set(why)].join("; ")}): let a superuser run: ${commands.join(" ")}`,
    );
  }
}
