import { refuse } from "@bincard/contracts";

/**
 * The input of `feed.follow`, by POST or, as an EventSource asks, in the URL. The id of the last event that
 * arrived goes into it as `lastEventId`: a browser sends it as a header when it reconnects.
 */
export async function followInput(request: Request): Promise<() => unknown> {
  const { searchParams } = new URL(request.url);
  const text = request.method === "POST" ? await request.text() : searchParams.get("input");
  const lastEventId =
    request.headers.get("last-event-id") ??
    searchParams.get("lastEventId") ??
    searchParams.get("Last-Event-Id");
  return () => {
    const input = text === null || text === "" ? {} : parsed(text);
    if (lastEventId === null || lastEventId === "" || !isObject(input)) return input;
    return { ...input, lastEventId };
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw refuse("MALFORMED_JSON", "the input is not valid JSON");
  }
}

function isObject(input: unknown): input is object {
  return typeof input === "object" && input !== null && !Array.isArray(input);
}
