import type { OutputOf } from "@bincard/client";
import type { Scope } from "@bincard/contracts";
import { FAILURES } from "@bincard/contracts/failure";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { failuresOf } from "../failures.tsx";
import { bincard, withCookie } from "../ledger/client.ts";
import { queryClient } from "../ledger/queries.ts";

export type Session = OutputOf<"tokens.current">;

/** Who is signed in; `null` when nobody is. */
export const sessionOptions = queryOptions({
  queryKey: ["session"],
  queryFn: async ({ signal }): Promise<Session | null> => {
    try {
      return await bincard.tokens.current({}, { signal });
    } catch (error) {
      const [first] = failuresOf(error);
      if (first !== undefined && FAILURES[first.code].kind === "authentication") return null;
      throw error;
    }
  },
  staleTime: Number.POSITIVE_INFINITY,
  // Another tab may have signed in as somebody else meanwhile: the cookie is one for all of them.
  refetchOnWindowFocus: "always",
});

/** The session of a page that is shown only to those who are signed in. */
export function useSession(): Session {
  const { data } = useQuery(sessionOptions);
  if (data === undefined || data === null) throw new Error("this is shown after sign-in only");
  return data;
}

/** Whether the token may do what needs this scope. What it may not is not offered. */
export function useScope(scope: Scope | null): boolean {
  const { info } = useSession();
  return scope === null || info.scopes.includes(scope);
}

/** Hands the token over for an http-only cookie; the page keeps nothing of it. */
export async function signIn(token: string): Promise<void> {
  const response = await withCookie("/console/session", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ token }),
  });
  if (!response.ok) throw await refusalIn(response);
  await queryClient.invalidateQueries({ queryKey: sessionOptions.queryKey });
}

export async function signOut(): Promise<void> {
  const response = await withCookie("/console/session", { method: "DELETE" });
  if (!response.ok) throw await refusalIn(response);
  queryClient.clear();
  location.assign("/");
}

/** An answer outside both doors, in the shape that failures.tsx reads. */
async function refusalIn(response: Response): Promise<Error> {
  const body: unknown = await response.json().catch(() => undefined);
  const said: unknown = Object(body)["error"];
  const of = (name: string): unknown => Object(said)[name];
  const failures = [{ code: of("code"), message: of("message"), path: [] }];
  const data = { failures, requestId: of("requestId") };
  return Object.assign(new Error(`HTTP ${response.status}`), { data });
}
