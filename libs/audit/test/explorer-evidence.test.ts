import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { writeAnchorFile } from '../src/anchor.ts';
import { openWitnessPin } from '../src/witness.ts';
import { anchoring, anchorIn } from './anchor-fixture.ts';
import { ExplorerPage } from './explorer-page.ts';
import { openTestLog, ORIGIN, SIGNER, temporaryFolder, temporaryPath } from './temporary-log.ts';
import { cosignerOf, LOG_KEY, policyOf, serveWitness, testWitness } from './witness-setting.ts';
import { wrappingKeys } from './wrapping-keys.ts';

const KEY = Buffer.from(SIGNER.publicKey).toString('hex');
const WITNESS = cosignerOf(1).verifierKey;
/** Of an ML-DSA-44 key. */
const POST_QUANTUM = cosignerOf(3).verifierKey;

let explorer: ExplorerPage;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'audit-explorer-'));
  explorer = await ExplorerPage.open(folder);
});

afterAll(async () => {
  await explorer[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

beforeEach(async () => {
  await explorer.load();
});

/** A bundle with all that one can have: cosigned by a witness, anchored, and with the personal data of one of two customers. */
async function fullBundle(): Promise<Uint8Array> {
  const url = await serveWitness(await testWitness({ cosigners: [cosignerOf(1), cosignerOf(3)] }));
  const policy = policyOf(
    `witness W1 ${WITNESS} ${url}`,
    `witness W3 ${POST_QUANTUM} ${url}`,
    'group both all W1 W3',
    'quorum both',
  );
  const pin = await openWitnessPin({ path: join(temporaryFolder(), 'pin'), policy, logKeys: [LOG_KEY] });
  const log = await openTestLog(temporaryPath(), { pin, personalData: { keys: wrappingKeys() } });
  for (const customer of [1, 2]) {
    await log.append({
      stream: `customer/${customer}`,
      type: 'customer.onboarded',
      subject: `customer:${customer}`,
      body: { tier: 1 },
      personal: { name: `Zoë ${customer}`, limitSat: 7n },
    });
  }
  await log.subjects.erase('customer:2', 'asked for it');
  const checkpoint = await log.checkpoint();
  const anchor = writeAnchorFile(anchorIn(checkpoint, anchoring(checkpoint)));
  return await log.exportBundle({ personalData: true, anchors: [anchor] }).bytes();
}

function policy(members: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({
    origin: ORIGIN,
    publicKey: KEY,
    witnesses: [`witness alice ${WITNESS}`, 'quorum alice'],
    bitcoin: { network: 'regtest' },
    anchored: true,
    ...members,
  });
}

async function verifyUnder(trust: string, bundle: Uint8Array): Promise<string> {
  await explorer.choose('policy', 'trust.json', trust);
  await explorer.until(
    async () =>
      (await explorer.page.evaluate('document.getElementById("key").value')) !== '' ||
      (await explorer.text('#trust-problem')) !== '',
  );
  await explorer.choose('bundle', 'bundle.jsonl', bundle);
  return explorer.result();
}

/** The bundle with one bit flipped at the end of the signature of that key, in every checkpoint. */
function withAlteredLine(bundle: Buffer, keyName: string): Buffer {
  const line = new RegExp(`(— ${keyName} )([A-Za-z0-9+/=]+)`, 'gu');
  const altered = bundle.toString().replace(line, (_, before: string, base64: string) => {
    const bytes = Buffer.from(base64, 'base64');
    bytes[1000] = (bytes[1000] ?? 0) ^ 1;
    return before + bytes.toString('base64');
  });
  return Buffer.from(altered);
}

async function shownEntry(row: number): Promise<string> {
  const index = await explorer.text(`#rows tr:nth-child(${row + 1}) button`);
  await explorer.click(`#rows tr:nth-child(${row + 1}) button`);
  await explorer.until(async () => (await explorer.text('#detail h2')) === `Entry ${index}`);
  return (await explorer.text('#detail')).replaceAll(/\s+/g, ' ');
}

describe('the explorer, given all the evidence that there is', () => {
  it('names witnesses and block, and shows what is revealed', async () => {
    expect(await verifyUnder(policy(), await fullBundle())).toContain('✓ VERIFIED');
    expect(await explorer.failed()).toEqual([]);
    const checks = (await explorer.text('#checks')).replaceAll(/\s+/g, ' ');
    expect(checks).toMatch(/✓ witness quorum "alice" cosigned at 20\d\d-/u);
    expect(checks).toMatch(
      /✓ anchor the first \d entries: existed before 20\d\d-[^ ]+: block 15, 16 confirmations/u,
    );
    expect(checks).toContain('✓ personal data as committed to, for 1 entries');
    const revealed = await shownEntry(0);
    expect(revealed).toContain('Personal data { "limitSat": { "$int": "7" }, "name": "Zoë 1" }');
    expect(revealed).toMatch(/In Bitcoin existed before 20\d\d-/u);
    expect(await shownEntry(1)).toMatch(
      /Personal data The entry commits to personal data \([0-9a-f]{64}\) that this file does not reveal: it was erased, or kept back\./u,
    );
  });

  it('counts a cosignature of ML-DSA-44 as one of Ed25519, and neither when it was altered', async () => {
    const bundle = Buffer.from(await fullBundle());
    const both = [
      `witness alice ${WITNESS}`,
      `witness pq ${POST_QUANTUM}`,
      'group both all alice pq',
      'quorum both',
    ];
    const trust = policy({ witnesses: both });
    expect(await verifyUnder(trust, bundle)).toContain('✓ VERIFIED');
    const checks = (await explorer.text('#checks')).replaceAll(/\s+/g, ' ');
    expect(checks).toMatch(/✓ witness quorum "alice" cosigned at 20\d\d-.*"pq" cosigned at 20\d\d-/u);
    await explorer.load();
    expect(await verifyUnder(trust, withAlteredLine(bundle, 'witness.example/w3'))).toContain(
      'REFUSED witness quorum: witness "pq": the signature does not verify',
    );
  });

  it('fills its fields from a policy, from which it is verified again when one of them is changed', async () => {
    const bundle = await fullBundle();
    expect(await verifyUnder(policy(), bundle)).toContain('✓ VERIFIED');
    await explorer.fill('bitcoin', '');
    await explorer.until(async () =>
      (await explorer.text('#trust-problem')).includes('anchored wants bitcoin: which chain is trusted'),
    );
    await explorer.click('#anchored');
    await explorer.until(async () => (await explorer.text('#result')).includes('VERIFIED'));
    expect(await explorer.text('#checks')).toContain('was not judged: no chain is trusted');
    await explorer.fill('bitcoin', '{"network":');
    await explorer.until(async () => (await explorer.text('#trust-problem')).includes('bitcoin: not JSON'));
  });

  it('is refused without the quorum, or with another chain', async () => {
    const bundle = await fullBundle();
    const bob = [`witness bob ${cosignerOf(2).verifierKey}`, 'quorum bob'].join('\n');
    expect(await verifyUnder(policy({ witnesses: bob }), bundle)).toContain(
      'REFUSED witness quorum: no quorum: "bob" missing',
    );
    await explorer.load();
    expect(await verifyUnder(policy({ bitcoin: { network: 'testnet4' } }), bundle)).toContain(
      'REFUSED anchor: the first',
    );
  });
});
