import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cosigner, verifierKey, writeVerifierKey } from '@bitcoin-enterprise/audit';
import {
  createWitness,
  createWitnessServer,
  openWitnessStore,
  type WitnessedLog,
} from '@bitcoin-enterprise/audit/witness';
import { Ed25519SigningKey, SecretBytes } from '@bitcoin-enterprise/crypto-core';
import type { ConformanceCase, ConformanceSuite } from '../suite.ts';
import type { Exchange, Transcripts } from './c2sp/transcripts.ts';

const FILE = 'audit/c2sp/witness-add-checkpoint-transcripts.json';

/** Every case replays its conversation from the start, on a server and a store of its own. */
export const suite: ConformanceSuite = {
  source: 'torchwood litewitness add-checkpoint transcripts, over HTTP',
  files: [FILE],
  *cases(files): Iterable<ConformanceCase> {
    const { sumdb, sigsum } = JSON.parse(files.get(FILE) ?? '{}') as Transcripts;
    yield* conversation(
      'sum.golang.org',
      { origin: sumdb.origin, verifierKeys: [sumdb.vkey] },
      sumdb.exchanges,
    );
    const key = verifierKey(
      sigsum.origin,
      'ed25519',
      Uint8Array.from(Buffer.from(sigsum.log_public_key_hex, 'hex')),
    );
    if (key === undefined) throw new Error('the key of the sigsum log is none');
    const log = { origin: sigsum.origin, verifierKeys: [writeVerifierKey(key)] };
    yield* conversation('sigsum', log, sigsum.exchanges);
  },
};

function* conversation(
  name: string,
  log: WitnessedLog,
  exchanges: readonly Exchange[],
): Iterable<ConformanceCase> {
  for (const [position, exchange] of exchanges.entries()) {
    yield {
      name: `${name} exchange ${position}, answered ${exchange.status}`,
      run: async () => {
        const answers = await replay(log, exchanges.slice(0, position + 1));
        check(exchange, answers[position]);
      },
    };
  }
}

interface Answer {
  readonly status: number;
  readonly contentType: string | null;
  readonly body: string;
}

async function replay(log: WitnessedLog, exchanges: readonly Exchange[]): Promise<readonly Answer[]> {
  const folder = await mkdtemp(join(tmpdir(), 'conformance-witness-'));
  using seed = SecretBytes.random(32);
  const cosigners = [cosigner('example.com/witness', Ed25519SigningKey.fromSeed(seed))];
  const store = await openWitnessStore(join(folder, 'witness.db'));
  const server = createWitnessServer(createWitness({ store, logs: [log], cosigners }));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/add-checkpoint`;
    const answers: Answer[] = [];
    for (const { request_body: body } of exchanges) {
      const response = await fetch(url, { method: 'POST', body });
      const contentType = response.headers.get('content-type');
      answers.push({ status: response.status, contentType, body: await response.text() });
    }
    return answers;
  } finally {
    server.closeAllConnections();
    server.close();
    await store.close();
    await rm(folder, { recursive: true });
  }
}

function check({ status, asserts }: Exchange, answer: Answer | undefined): void {
  // The transcript is older than the rule that an unknown log is answered with 404 (C2SP tlog-witness, "add-checkpoint").
  const wanted = asserts.includes('body contains "unknown log"') ? 404 : status;
  if (answer?.status !== wanted) throw new Error(`answered ${answer?.status ?? 'nothing'}, not ${wanted}`);
  for (const assertion of asserts) {
    const [, how, text = '""'] = /^body (contains|==) (".*")$/.exec(assertion) ?? [];
    const expected = JSON.parse(text) as string;
    const holds = how === '==' ? answer.body === expected : answer.body.includes(expected);
    if (how === undefined || !holds) throw new Error(`${assertion}: ${JSON.stringify(answer.body)}`);
  }
  if (status === 409 && answer.contentType !== 'text/x.tlog.size') {
    throw new Error(`a conflict of type ${answer.contentType ?? 'none'}`);
  }
}
