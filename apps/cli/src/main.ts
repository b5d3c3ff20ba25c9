#!/usr/bin/env node
import { processIo } from "./process-io.ts";
import { run } from "./run.ts";

process.exit(await run(process.argv.slice(2), processIo()));
