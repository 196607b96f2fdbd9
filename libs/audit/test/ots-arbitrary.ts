import fc from 'fast-check';
import {
  applyOperation,
  type OtsAttestation,
  type OtsBranch,
  type OtsOperation,
  type OtsTimestamp,
} from '../src/anchor.ts';

const KNOWN_TAGS = new Set(['83dfe30d2ef90c8e', '0588960d73d71901', '06869a0d73d71b45']);

const attestations: fc.Arbitrary<OtsAttestation> = fc.oneof(
  fc.record({ kind: fc.constant('pending' as const), uri: fc.stringMatching(/^[A-Za-z0-9\-._/:]{0,40}$/) }),
  fc.record({
    kind: fc.constantFrom('bitcoin' as const, 'litecoin' as const),
    height: fc.oneof(fc.nat(), fc.maxSafeNat()),
  }),
  fc.record({
    kind: fc.constant('unknown' as const),
    tag: fc
      .uint8Array({ minLength: 8, maxLength: 8 })
      .filter((tag) => !KNOWN_TAGS.has(Buffer.from(tag).toString('hex'))),
    payload: fc.uint8Array({ maxLength: 200 }),
  }),
);

const operations: fc.Arbitrary<OtsOperation> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('append' as const, 'prepend' as const),
    argument: fc.uint8Array({ minLength: 1, maxLength: 150 }),
  }),
  fc.record({
    kind: fc.constantFrom('reverse', 'hexlify', 'sha1', 'ripemd160', 'sha256', 'keccak256' as const),
  }),
);

/** A timestamp's shape without messages: those follow from the first one. */
interface Shape {
  readonly branches: readonly (OtsAttestation | readonly [OtsOperation, Shape])[];
}

const { shape: shapes } = fc.letrec<{ shape: Shape }>((tie) => ({
  shape: fc.record({
    branches: fc.array(
      fc.oneof({ maxDepth: 4, depthSize: 'small' }, attestations, fc.tuple(operations, tie('shape'))),
      { minLength: 1, maxLength: 3 },
    ),
  }),
}));

function grow(message: Uint8Array, { branches }: Shape): OtsTimestamp {
  return {
    message,
    branches: branches.map((branch): OtsBranch => {
      if ('kind' in branch) return { attestation: branch };
      const [operation, below] = branch;
      return { operation, timestamp: grow(applyOperation(operation, message), below) };
    }),
  };
}

/** Any timestamp of a digest of 32 bytes, with all kinds of operations and attestations. */
export const otsTimestamps: fc.Arbitrary<OtsTimestamp> = fc
  .tuple(fc.uint8Array({ minLength: 32, maxLength: 32 }), shapes)
  .map(([message, shape]) => grow(message, shape));
