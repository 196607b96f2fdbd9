import { describe, it } from 'vitest';
import { openSqliteStore } from '../src/index.ts';
import { storeContract } from '../src/testing.ts';
import { temporaryPath } from './temporary-log.ts';

describe('SQLite, as a store of logs,', () => {
  const newPlace = () => {
    const path = temporaryPath();
    return { open: () => openSqliteStore(path) };
  };
  for (const { name, run } of storeContract(newPlace)) it(name, run);
});
