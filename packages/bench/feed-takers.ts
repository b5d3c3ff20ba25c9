import { connect, type Socket } from "node:net";

const RECEIPT = '"createdAt":"';
/** Every so many characters of a page its next receipt time is looked at: of about one change in eight. */
const LOOK_AFTER = 3_000;

export interface Feed {
  readonly url: string;
  readonly token: string;
}

const authorizationOf = ({ token }: Feed) => `Bearer ${token}`;
const pathAfter = (cursor: string) =>
  `/trpc/feed.follow?input=${encodeURIComponent(JSON.stringify({ after: cursor }))}`;

/** The end of the feed as it is now. */
export async function endOf(feed: Feed): Promise<string> {
  const headers = { authorization: authorizationOf(feed) };
  const answer = await fetch(new URL("/trpc/feed.locate", feed.url), { headers });
  const { result } = (await answer.json()) as { result: { data: { cursor: string } } };
  return result.data.cursor;
}

interface Reading {
  readonly after: string;
  readonly signal: AbortSignal;
  /** Milliseconds from a change's receipt to its arrival here. */
  readonly heard: (milliseconds: number) => void;
}

/** Follows as a client does, by `fetch`, and looks at when changes were received. Resolves once connected. */
export async function readFeed(feed: Feed, { after, signal, heard }: Reading): Promise<void> {
  const headers = { authorization: authorizationOf(feed) };
  const answer = await fetch(new URL(pathAfter(after), feed.url), { headers, signal });
  const decoder = new TextDecoder();
  let rest = "";
  const look = async () => {
    for await (const chunk of answer.body ?? []) {
      const now = Date.now();
      rest += decoder.decode(chunk as Uint8Array, { stream: true });
      let at = rest.indexOf(RECEIPT);
      for (; at !== -1 && at + 60 < rest.length; at = rest.indexOf(RECEIPT, at + LOOK_AFTER)) {
        const begin = at + RECEIPT.length;
        heard(now - Date.parse(rest.slice(begin, rest.indexOf('"', begin))));
      }
      rest = at === -1 ? rest.slice(-RECEIPT.length) : rest.slice(at);
    }
  };
  void look().catch(() => undefined);
}

interface Taking {
  readonly after: string;
  readonly took: (bytes: number) => void;
}

/** Takes what comes and looks away, as somebody else's machine. Resolves once something has come. */
export async function takeFeed(feed: Feed, { after, took }: Taking): Promise<Socket> {
  const { hostname, port, host } = new URL(feed.url);
  let isTold = false;
  // One piece of memory for whatever comes: it is not looked at.
  const onread = {
    buffer: Buffer.alloc(65_536),
    callback(length: number) {
      took(length);
      isTold = true;
      return true;
    },
  };
  const socket = connect({ host: hostname, port: Number(port), onread });
  socket.on("error", () => undefined);
  socket.write(
    `GET ${pathAfter(after)} HTTP/1.1\r\nHost: ${host}\r\nAuthorization: ${authorizationOf(feed)}\r\n` +
      "Accept: text/event-stream\r\nAccept-Encoding: gzip\r\n\r\n",
  );
  while (!isTold) await new Promise((wake) => setTimeout(wake, 1));
  return socket;
}
