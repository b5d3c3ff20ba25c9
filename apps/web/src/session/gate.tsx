import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect, useRef } from "react";
import { Failed, Loading } from "../components/standing.tsx";
import { SIGNED_OUT } from "../ledger/client.ts";
import { Shell } from "../shell/shell.tsx";
import { SignInPage } from "../shell/sign-in-page.tsx";
import { sessionOptions } from "./session.ts";

/** The screens for those who are signed in, and the sign-in page for everybody else. */
export function Gate({ children }: { readonly children: ReactNode }) {
  const { data: session, error, refetch } = useQuery(sessionOptions);
  const isIn = session !== undefined && session !== null;
  useEffect(() => {
    if (!isIn) return undefined;
    const look = () => void refetch({ cancelRefetch: false });
    addEventListener(SIGNED_OUT, look);
    return () => removeEventListener(SIGNED_OUT, look);
  }, [isIn, refetch]);
  useOneMerchant(session?.merchant.id);
  if (session === undefined) {
    if (error === null) return <Loading what="Opening the console" />;
    return <Failed error={error} onRetry={() => void refetch()} />;
  }
  return session === null ? <SignInPage /> : <Shell>{children}</Shell>;
}

/** A page is about one merchant from its beginning to its end: with another, it begins anew. */
function useOneMerchant(merchantId: string | undefined): void {
  const first = useRef(merchantId);
  useEffect(() => {
    first.current ??= merchantId;
    if (merchantId !== undefined && merchantId !== first.current) location.reload();
  }, [merchantId]);
}
