export { type Batch, DEMO_DAYS, demoBatches } from "./batches.ts";
export { CATALOG, VARIATIONS } from "./catalog.ts";
export { type DemoLoaded, DemoRefused, loadDemo, type LoadOptions } from "./load.ts";
