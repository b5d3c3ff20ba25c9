import { TRPCClientError } from "@trpc/client";

/** The form of tRPC's errors, whatever their data. */
interface ErrorShape {
  readonly message: string;
  readonly code: number;
  readonly data?: unknown;
}

/** A refusal of the server as tRPC's client throws it; undefined for what is none of ours. */
export function refused(
  error: unknown,
  response: Pick<Response, "status" | "headers">,
): Error | undefined {
  if (!isErrorShape(error)) return undefined;
  return TRPCClientError.from({ error }, { meta: { response } });
}

function isErrorShape(error: unknown): error is ErrorShape {
  return (
    typeof error === "object" &&
    error !== null &&
    "message" in error &&
    typeof error.message === "string" &&
    "code" in error &&
    typeof error.code === "number"
  );
}

/** The HTTP status that a refusal in the middle of a stream would have had as an answer. */
export function statusIn(error: unknown): number {
  const data: unknown = isErrorShape(error) ? error.data : undefined;
  const status: unknown =
    typeof data === "object" && data !== null ? Reflect.get(data, "httpStatus") : undefined;
  return typeof status === "number" ? status : 500;
}
