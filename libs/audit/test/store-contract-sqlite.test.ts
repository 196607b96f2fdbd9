import { describe, it } from 'vitest';
import { openSqliteStore } from '../src/index.ts';
import { describeStoreContract } from './store-contract.ts';
import { temporaryPath } from './temporary-log.ts';

describeStoreContract(
  'SQLite',
  () => {
    const path = temporaryPath();
    return Promise.resolve({ open: () => Promise.resolve().then(() => openSqliteStore(path)) });
  },
  { describe, it },
);
