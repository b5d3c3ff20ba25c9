import { createBincard, type Fetch } from "@bincard/client";
import { noteServerTime } from "./device-clock.ts";
import { reportCut } from "./feed-status.ts";

/** The server takes a cookie for a token only beside this header, which no other site's page can send. */
const CONSOLE_HEADER = "x-bincard-console";

const WHO = "/tokens.current";
/** Said to the window when a question is refused because nobody is signed in any more. */
export const SIGNED_OUT = "bincard:signed-out";

/** The console holds no token: an http-only cookie says who asks. */
export const withCookie: Fetch = async (url, init) => {
  const headers = new Headers(init.headers);
  headers.delete("authorization");
  headers.set(CONSOLE_HEADER, "1");
  const response = await fetch(url, { ...init, headers, credentials: "same-origin" });
  noteServerTime(response.headers.get("date"));
  // Asking who is there is how one finds out, and no news.
  if (response.status === 401 && !url.endsWith(WHO)) dispatchEvent(new Event(SIGNED_OUT));
  return response;
};

/** Every operation, on the server that this page came from. */
export const bincard = createBincard({
  url: location.origin,
  token: "",
  fetch: withCookie,
  onRetry: ({ operation }) => operation === "feed.follow" && reportCut(),
});
