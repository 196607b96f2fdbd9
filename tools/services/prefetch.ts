import { locate } from './locate.ts';

/** Brings the services that tests start, before the first test starts. */
export async function setup(): Promise<void> {
  await Promise.all([locate('bitcoind'), locate('litecoind'), locate('postgres')]);
}
