#!/usr/bin/env node
import { runAudit } from './run-audit.ts';

process.exitCode = await runAudit(process.argv.slice(2), process.stdout, process.stderr);
