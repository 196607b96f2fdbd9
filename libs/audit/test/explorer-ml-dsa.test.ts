import { MlDsaSigningKey, SecretBytes, verifyMlDsa44 as byOpenSsl } from '@bitcoin-enterprise/crypto-core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { verifyMlDsa44 as inBrowser } from '../src/explorer/verify-ml-dsa.ts';

it('the verifier of ML-DSA-44 in the explorer agrees with OpenSSL about what was signed and what was altered', () => {
  const altered = fc.record({
    seed: fc.uint8Array({ minLength: 32, maxLength: 32 }),
    message: fc.uint8Array({ minLength: 1, maxLength: 300 }),
    part: fc.constantFrom('signature', 'message', 'publicKey', 'none'),
    at: fc.nat({ max: 2419 }),
    bit: fc.nat({ max: 7 }),
    length: fc.constantFrom('whole', 'cut', 'longer'),
  });
  const verdicts = new Set<boolean>();
  fc.assert(
    fc.property(altered, ({ seed, message, part, at, bit, length }) => {
      using secret = SecretBytes.copyOf(seed);
      const key = MlDsaSigningKey.fromSeed('ML-DSA-44', secret);
      const given = {
        signature: Uint8Array.from(key.sign(message)),
        message: Uint8Array.from(message),
        publicKey: Uint8Array.from(key.publicKey),
      };
      if (part !== 'none') {
        const bytes = given[part];
        const place = at % bytes.length;
        bytes[place] = (bytes[place] ?? 0) ^ (1 << bit);
      }
      const signature =
        length === 'whole'
          ? given.signature
          : length === 'cut'
            ? given.signature.subarray(0, -1)
            : Uint8Array.from([...given.signature, 0]);
      const isRight = byOpenSsl(signature, given.message, given.publicKey);
      expect(inBrowser(signature, given.message, given.publicKey)).toBe(isRight);
      expect(isRight).toBe(part === 'none' && length === 'whole');
      verdicts.add(isRight);
    }),
    { numRuns: 60, seed: 44 },
  );
  expect(verdicts).toEqual(new Set([true, false]));
});
