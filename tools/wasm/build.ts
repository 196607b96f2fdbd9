import { parseArgs } from 'node:util';
import { generate } from './generate.ts';

// Started by the set-up and, with --update, by whoever changed the sources.
const { values } = parseArgs({ options: { update: { type: 'boolean', default: false } } });
try {
  generate(values.update);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
