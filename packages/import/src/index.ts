export { sha256OfPieces } from "./digest.ts";
export { ImportFault, type ImportFaultCode } from "./fault.ts";
export { importRows, type Job, newTally, type Tally } from "./import-rows.ts";
export { type ImportMap, parseMap } from "./map.ts";
export { compilePlan, MapFault, type Outcome, type Planned, type Ref, refKey } from "./plan.ts";
export { rejectedBytes, rejectedFields, rejectedHeading } from "./rejected-row.ts";
export { outcomeOf, type Survey, survey } from "./survey.ts";
export { visible } from "./visible.ts";
export { type FileRecord, openTable, type Row, type Source, type Table } from "./table.ts";
