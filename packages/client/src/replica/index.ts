export { type Standing, standingOf } from "./checksum.ts";
export { type MemoryStore, memoryStore } from "./memory.ts";
export {
  createReplica,
  type Proof,
  type Replica,
  ReplicaGap,
  type ReplicaOptions,
} from "./replica.ts";
export type {
  FeedChange,
  FeedCount,
  ReplicaPlace,
  ReplicaStep,
  ReplicaStore,
} from "./store.ts";
