import type { Merchant, TokenInfo } from "@bincard/contracts";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { Button } from "../../components/button.tsx";
import { Chip } from "../../components/chip.tsx";
import { CopyAs } from "../../components/copy-as-button.tsx";
import { holdKeys } from "../../components/early-keys.ts";
import { SelectField } from "../../components/field.tsx";
import { Moment } from "../../components/moment.tsx";
import { Page } from "../../components/page.tsx";
import { Empty, Failed, Loading } from "../../components/standing.tsx";
import { say, sayFailure } from "../../components/toasts.tsx";
import { bincard } from "../../ledger/client.ts";
import { queryClient } from "../../ledger/queries.ts";
import { useScope, useSession } from "../../session/session.ts";
import { MerchantForm } from "./merchant-form.tsx";
import type { AccessSearch } from "./search.ts";
import { TokenForm } from "./token-form.tsx";

type SetSearch = (changed: {
  [Name in keyof AccessSearch]?: AccessSearch[Name] | undefined;
}) => void;

/** Merchants, and the tokens that open their ledgers. The operator's screen. */
export function AccessPage() {
  const search = useSearch({ from: "/access" });
  const navigate = useNavigate({ from: "/access" });
  const set: SetSearch = (changed) => {
    if (changed.do !== undefined) holdKeys();
    void navigate({
      search: (before) => ({ ...before, ...changed }) as AccessSearch,
      replace: true,
    });
  };
  if (useScope("ADMIN")) return <Access search={search} set={set} />;
  return (
    <Page title="Access">
      <Empty title="Only an operator's token opens this">
        Merchants and tokens are made with the scope ADMIN, which your token does not carry.
      </Empty>
    </Page>
  );
}

const merchantsKey = ["every merchant"];
const tokensKey = (merchantId: string) => ["tokens of", merchantId];

async function allMerchants({ signal }: { readonly signal: AbortSignal }): Promise<Merchant[]> {
  const all: Merchant[] = [];
  for await (const each of bincard.merchants.list.each({ limit: 1_000 }, { signal }))
    all.push(each);
  return all;
}

function Access({ search, set }: { readonly search: AccessSearch; readonly set: SetSearch }) {
  const { merchant: own } = useSession();
  const merchants = useQuery({ queryKey: merchantsKey, queryFn: allMerchants });
  const merchantId = search.merchant ?? own.id;
  const tokens = useQuery({
    queryKey: tokensKey(merchantId),
    queryFn: async ({ signal }) => {
      const all: TokenInfo[] = [];
      for await (const each of bincard.tokens.list.each({ merchantId, limit: 1_000 }, { signal }))
        all.push(each);
      return all.toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
    },
  });
  const fault = merchants.error ?? tokens.error;
  const here = merchants.data?.find(({ id }) => id === merchantId);
  return (
    <Page
      title="Access"
      lead="A token opens one merchant's ledger. Give each application its own."
      actions={
        <>
          <Button onClick={() => set({ do: "merchant" })}>New merchant</Button>
          <CopyAs
            call={[
              {
                title: "List the tokens",
                operation: "tokens.list",
                input: { merchantId },
                cli: ["tokens", "list", "--merchant", merchantId],
              },
              {
                title: "Revoke a token",
                operation: "tokens.revoke",
                input: { id: "<token>", merchantId },
              },
            ]}
          />
          <Button look="primary" onClick={() => set({ do: "token" })}>
            New token
          </Button>
        </>
      }
    >
      <div className="space-y-4 px-4 pb-8 md:px-6">
        {fault === null ? null : (
          <Failed
            error={fault}
            onRetry={() => void Promise.all([merchants.refetch(), tokens.refetch()])}
          />
        )}
        <div className="flex flex-wrap items-end gap-4">
          <div className="w-72 max-w-full">
            <SelectField
              label="Merchant"
              value={merchantId}
              onChange={(event) => {
                const id = event.currentTarget.value;
                set({ merchant: id === own.id ? undefined : id });
              }}
              choices={(merchants.data ?? [own]).map(({ id, name }) => ({
                value: id,
                label: id === own.id ? `${name} (yours)` : name,
              }))}
            />
          </div>
          <div className="pb-0.5">
            <Chip
              on={search.all === true}
              onToggle={() => set({ all: search.all === true ? undefined : true })}
            >
              Ended ones, too
            </Chip>
          </div>
        </div>
        {tokens.isPending ? <Loading what="Reading the tokens" /> : null}
        {tokens.data === undefined ? null : (
          <Tokens tokens={tokens.data} withEnded={search.all === true} />
        )}
      </div>
      {search.do === "token" ? (
        <TokenForm
          merchant={here ?? own}
          onMade={() => void queryClient.invalidateQueries({ queryKey: tokensKey(merchantId) })}
          onClose={() => set({ do: undefined })}
        />
      ) : null}
      {search.do === "merchant" ? (
        <MerchantForm
          onMade={({ id, name }) => {
            void queryClient.invalidateQueries({ queryKey: merchantsKey });
            say({ title: `Made ${name}`, description: "It has one location, and no token yet." });
            set({ do: "token", merchant: id });
          }}
          onClose={() => set({ do: undefined })}
        />
      ) : null}
    </Page>
  );
}

type Standing = "live" | "revoked" | "expired";

function standingOf({ revokedAt, expiresAt }: TokenInfo): Standing {
  if (revokedAt !== undefined) return "revoked";
  return expiresAt !== undefined && Date.parse(expiresAt) <= Date.now() ? "expired" : "live";
}

function Tokens({
  tokens,
  withEnded,
}: {
  readonly tokens: readonly TokenInfo[];
  readonly withEnded: boolean;
}) {
  const shown = tokens.filter((token) => withEnded || standingOf(token) === "live");
  if (shown.length === 0)
    return (
      <Empty title="No token opens this ledger">
        Make one: it is shown once, and its application signs every change it writes.
      </Empty>
    );
  return (
    <div
      tabIndex={0}
      role="region"
      aria-label="Tokens"
      className="overflow-x-auto rounded-lg border border-line bg-surface"
    >
      <table className="w-full text-sm">
        <caption className="sr-only">Tokens of this merchant, the newest first</caption>
        <thead className="bg-sunken text-left text-xs text-muted">
          <tr>
            {["Application", "Scopes", "Made", "Ends"].map((title) => (
              <th key={title} scope="col" className="px-4 py-2 font-medium">
                {title}
              </th>
            ))}
            <td className="px-4 py-2" />
          </tr>
        </thead>
        <tbody>
          {shown.map((token) => (
            <TokenRow key={token.id} token={token} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function TokenRow({ token }: { readonly token: TokenInfo }) {
  const { info } = useSession();
  const standing = standingOf(token);
  return (
    <tr className="border-t border-line align-top">
      <th scope="row" className="px-4 py-2.5 text-left font-normal">
        {token.application.name}
        {token.id === info.id ? <span className="ml-2 text-xs text-accent">this one</span> : null}
        <span className="block font-mono text-xs text-muted">{token.id}</span>
      </th>
      <td className="max-w-96 px-4 py-2.5">
        <ul className="flex flex-wrap gap-x-2 gap-y-0.5 font-mono text-xs text-muted">
          {token.scopes.map((scope) => (
            <li key={scope} className={scope === "ADMIN" ? "text-warn" : ""}>
              {scope}
            </li>
          ))}
        </ul>
      </td>
      <td className="px-4 py-2.5 whitespace-nowrap text-muted">
        <Moment time={token.createdAt} />
      </td>
      <td className="px-4 py-2.5 whitespace-nowrap text-muted">
        <Ending token={token} standing={standing} />
      </td>
      <td className="px-4 py-1.5 text-right">
        {standing === "live" ? <Revoke token={token} isOwn={token.id === info.id} /> : null}
      </td>
    </tr>
  );
}

function Ending({ token, standing }: { readonly token: TokenInfo; readonly standing: Standing }) {
  const { revokedAt, expiresAt } = token;
  if (standing === "revoked" && revokedAt !== undefined)
    return (
      <>
        Revoked <Moment time={revokedAt} />
      </>
    );
  if (expiresAt === undefined) return "Never";
  return (
    <>
      {standing === "expired" ? "Expired " : ""}
      <Moment time={expiresAt} />
    </>
  );
}

/** For ever, so it is asked for twice. */
function Revoke({ token, isOwn }: { readonly token: TokenInfo; readonly isOwn: boolean }) {
  const [isAsked, setAsked] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const revoke = async () => {
    setBusy(true);
    try {
      await bincard.tokens.revoke({ id: token.id, merchantId: token.merchantId });
      say({ title: `Revoked the token of ${token.application.name}` });
      await queryClient.invalidateQueries({ queryKey: tokensKey(token.merchantId) });
    } catch (error) {
      sayFailure(error);
    }
    setBusy(false);
  };
  if (!isAsked)
    return (
      <Button
        look="quiet"
        aria-label={`Revoke the token of ${token.application.name}`}
        onClick={() => setAsked(true)}
      >
        Revoke
      </Button>
    );
  return (
    <Button
      look="danger"
      autoFocus
      disabled={isBusy}
      onBlur={() => setAsked(false)}
      onClick={() => void revoke()}
    >
      {isOwn ? "Revoke, and be signed out" : "Revoke for ever"}
    </Button>
  );
}
