export { type Standing, standingOf } from "./replica/checksum.ts";
export { type MemoryStore, memoryStore } from "./replica/memory.ts";
export {
  createReplica,
  type Proof,
  type Replica,
  ReplicaGap,
  ReplicaIncomplete,
  type ReplicaOptions,
} from "./replica/replica.ts";
export type {
  FeedChange,
  FeedCount,
  ReplicaPlace,
  ReplicaStep,
  ReplicaStore,
} from "./replica/store.ts";
