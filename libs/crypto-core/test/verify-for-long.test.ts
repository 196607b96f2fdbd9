import { describe, expect, it } from 'vitest';
import { SecretBytes, SigningKey, verifyEcdsa, verifySchnorr } from '../src/index.ts';

/** An exception that leaves a WebAssembly module from inside keeps the stack that the module had taken. */
const MORE_THAN_ITS_STACK_HOLDS = 80_000;

describe('verifying for long what an adversary sends', () => {
  const digest = new Uint8Array(32).fill(1);
  // No x coordinate of a point: BIP340, test vector 5.
  const noPoint = Uint8Array.from(
    Buffer.from('eefdea4cdb677750a420fee807eacf21eb9898ae79b9768766e4faa04a2d4a34', 'hex'),
  );

  it('still says yes to what is right after 80,000 keys that are no points', () => {
    using key = SigningKey.fromSecret(SecretBytes.copyOf(new Uint8Array(32).fill(2)));
    const [ecdsa, schnorr] = [key.signEcdsa(digest), key.signSchnorr(digest)];
    const compressed = Uint8Array.of(2, ...noPoint);
    for (let count = 0; count < MORE_THAN_ITS_STACK_HOLDS; count += 1) {
      if (verifyEcdsa(ecdsa, digest, compressed) || verifySchnorr(schnorr, digest, noPoint))
        expect.unreachable();
    }
    expect(verifyEcdsa(ecdsa, digest, key.publicKey)).toBe(true);
    expect(verifySchnorr(schnorr, digest, key.xOnlyPublicKey)).toBe(true);
  });
});
