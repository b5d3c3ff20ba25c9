import type { Router } from "./router.ts";

export { takesEncoding } from "./accept-encoding.ts";
export {
  answerRefusal,
  asTRPCError,
  type ErrorShape,
  errorShape,
  refusalOf,
  retryAfterSeconds,
} from "./failures.ts";
export { FOLLOW, type Following, streamFeed } from "./feed-stream.ts";
export type { Context } from "./procedure.ts";
export { router, type Router } from "./router.ts";

type Rooms = Router["_def"]["record"];
type Types<Room extends keyof Rooms, Side extends "input" | "output"> = {
  [Verb in keyof Rooms[Room]]: Rooms[Room][Verb] extends {
    _def: { $types: Record<Side, infer Type> };
  }
    ? Told<Type>
    : never;
};
/** Of a subscription, what one of its events tells. */
type Told<Type> =
  Type extends AsyncIterable<infer Event>
    ? Event extends { id: string; data: infer Data }
      ? Data
      : Event
    : Type;
/**
 * What each operation takes and answers. Unlike tRPC's own `inferRouterInputs` these do not pass
 * through its model of JSON: the contracts are JSON already, and their types stay the ones people
 * import.
 */
export type RouterInputs = { [Room in keyof Rooms]: Types<Room, "input"> };
export type RouterOutputs = { [Room in keyof Rooms]: Types<Room, "output"> };
