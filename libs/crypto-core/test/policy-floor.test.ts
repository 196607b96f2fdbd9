import {
  CryptoPolicy,
  envelopeKey,
  open,
  openStream,
  openStreamAt,
  openWith,
  type PolicyDecision,
  seal,
  sealStream,
  sealWith,
  SecretBytes,
  SUITE_NAMES,
  type SuiteName,
  utf8,
} from '@bitcoin-enterprise/crypto-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allPieces } from './all-pieces.ts';
import { join } from './envelope-format.ts';
import { refusal, rejection } from './refusal.ts';

const keyBytes = new Uint8Array(32).fill(9);
const secret = SecretBytes.copyOf(keyBytes);
const key = envelopeKey(secret, 'k');
const plaintext = utf8('attack at dawn');

/** The decision of a policy that accepts just these suites, from that version on. */
function floor(suites: readonly SuiteName[], minimumVersion = 1): PolicyDecision {
  const [first] = suites;
  if (first === undefined) throw new Error('a suite');
  const outcome = { seal: first, accept: { suites, minimumVersion } };
  const vocabulary = { sensitivity: ['any'], compliance: [], threat: [] };
  const format = 'bitcoin-enterprise/crypto-policy/v1';
  const policy = CryptoPolicy.from({ format, name: 'floor', vocabulary, rules: [], otherwise: outcome });
  return policy.decide({ sensitivity: 'any' });
}

const floors = fc
  .subarray([...SUITE_NAMES], { minLength: 1 })
  .map((suites) => ({ suites, policy: floor(suites) }));

describe('the floor of a policy', () => {
  it('holds whatever suite an envelope names, and every flip of the byte that names it', () => {
    fc.assert(
      fc.property(
        floors,
        fc.constantFrom(...SUITE_NAMES),
        fc.nat(255),
        ({ suites, policy }, suite, forged) => {
          const sealed = seal(secret, plaintext, { keyId: 'k', context: 'c', suite });
          const attempt = (): void => {
            open(secret, sealed, { context: 'c', policy })[Symbol.dispose]();
          };
          if (suites.includes(suite)) attempt();
          else expect(refusal(attempt, [keyBytes, plaintext]).code).toBe('envelope-refused');
          const original = sealed[5];
          sealed[5] = forged;
          if (forged !== original) expect(refusal(attempt).code).toMatch(/^envelope-(?:refused|malformed)$/);
        },
      ),
    );
  });

  it('holds for streams and for keys that are asked', async () => {
    await fc.assert(
      fc.asyncProperty(floors, fc.constantFrom(...SUITE_NAMES), async ({ suites, policy }, suite) => {
        const sealed = await sealWith(key, plaintext, { context: 'c', suite });
        const stream = join(await allPieces(sealStream(key, [plaintext], { context: 'c', suite })));
        const source = {
          size: stream.length,
          read: (from: number, count: number) => stream.slice(from, from + count),
        };
        const attempts = [
          async () => (await openWith(key, sealed, { context: 'c', policy })).length,
          async () => join(await allPieces(openStream(key, [stream], { context: 'c', policy }))).length,
          async () => (await openStreamAt(key, source, { context: 'c', policy })).length,
        ];
        for (const attempt of attempts) {
          if (suites.includes(suite)) expect(await attempt()).toBe(plaintext.length);
          else expect((await rejection(attempt(), [keyBytes, plaintext])).code).toBe('envelope-refused');
        }
      }),
      { numRuns: 40 },
    );
  });

  it('refuses with the error of every other refusal, and does not ask the key', async () => {
    const policy = floor(['AES-256-GCM']);
    const sealed = seal(secret, plaintext, { keyId: 'k', context: 'c', suite: 'ChaCha20-Poly1305' });
    const below = refusal(() => open(secret, sealed, { context: 'c', policy }));
    const altered = refusal(() => open(secret, sealed, { context: 'd' }));
    expect([below.code, below.message, below.cause]).toEqual([altered.code, altered.message, altered.cause]);
    const silent = {
      keyId: 'k',
      expand: () => {
        throw new Error('asked');
      },
    };
    const error = await rejection(openWith(silent, sealed, { context: 'c', policy }));
    expect(error.message).toBe(altered.message);
  });

  it('is a version too: nothing of version 1 opens or is sealed under a floor of 2', async () => {
    const policy = floor(['AES-256-GCM'], 2);
    const sealed = seal(secret, plaintext, { keyId: 'k', context: 'c' });
    expect(refusal(() => open(secret, sealed, { context: 'c', policy })).code).toBe('envelope-refused');
    expect(refusal(() => seal(secret, plaintext, { keyId: 'k', context: 'c', policy }))).toMatchObject({
      code: 'suite-forbidden',
      value: 'AES-256-GCM, version 1',
      limit: 'AES-256-GCM, version 2 or later',
    });
    const stream = await allPieces(sealStream(key, [plaintext], { context: 'c' }));
    const opened = allPieces(openStream(key, stream, { context: 'c', policy }));
    expect((await rejection(opened)).code).toBe('envelope-refused');
  });

  it('chooses the suite, lets another accepted one be asked for, and says which rule forbids the rest', async () => {
    const policy = floor(['XChaCha20-Poly1305', 'AES-256-GCM']);
    const suiteByte = (suite?: SuiteName): number | undefined =>
      seal(secret, plaintext, { keyId: 'k', context: 'c', policy, ...(suite && { suite }) })[5];
    expect([suiteByte(), suiteByte('AES-256-GCM')]).toEqual([3, 1]);
    const forbidden = { code: 'suite-forbidden', value: 'ChaCha20-Poly1305, version 1' };
    expect(refusal(() => suiteByte('ChaCha20-Poly1305'))).toMatchObject(forbidden);
    expect(refusal(() => suiteByte('ChaCha20-Poly1305')).message).toMatch(/^rule otherwise of policy floor /);
    const options = { context: 'c', policy, suite: 'ChaCha20-Poly1305' } as const;
    expect(refusal(() => sealStream(key, [], options))).toMatchObject(forbidden);
    expect(await rejection(sealWith(key, plaintext, options))).toMatchObject(forbidden);
  });

  it('is none where no policy is given, and a name that is no suite is refused all the same', () => {
    for (const suite of SUITE_NAMES) {
      const sealed = seal(secret, plaintext, { keyId: 'k', context: 'c', suite });
      using opened = open(secret, sealed, { context: 'c' });
      expect(opened.equals(plaintext)).toBe(true);
    }
    const suite = 'AES-128-GCM' as SuiteName;
    expect(refusal(() => seal(secret, plaintext, { keyId: 'k', context: 'c', suite })).code).toBe(
      'suite-unknown',
    );
  });
});
