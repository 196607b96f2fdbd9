import { encodeContext } from '../encoding/context.ts';
import { domainSeparated, uint32 } from '../encoding/domain.ts';
import { fromHex } from '../encoding/hex.ts';
import { utf8 } from '../encoding/utf8.ts';
import { CryptoError } from '../error.ts';
import { hashToCurve } from './hash-to-curve.ts';
import { Point } from './point.ts';

const DOMAIN_SEPARATION_TAG = utf8(
  'bitcoin-enterprise/crypto-core/nums/v1 with secp256k1_XMD:SHA-256_SSWU_RO_',
);

const U32_COUNT = 2 ** 32;
/** A batch of this size takes about a second. */
const MAX_BATCH = 16_384;

/**
 * The point that BIP341 gives as an internal key with which nobody can sign: `lift_x` of the SHA-256 of the 65 bytes
 * 04 x y of G.
 */
export const BIP341_NUMS_POINT: Point = Point.fromXOnly(
  fromHex('50929b74c1a04954b78b4b6035e97a5e078a5a0f28ec96d547bfee9ace803ac0'),
);

export interface NumsGeneratorsOptions {
  /** What the generators are for: 1 to 255 bytes of UTF-8. Another label gives unrelated generators. */
  readonly label: string;
  /** The index of the first, 0 unless given. */
  readonly first?: number;
  /** How many: 1 to 16,384. */
  readonly count: number;
}

/**
 * Generators that nobody knows a logarithm of ("nothing up my sleeve"), neither to G nor to one another: each is the hash
 * to the curve of its label and index, which anybody can compute again. With `domainSeparated` the message that is hashed
 * is `nums/v1`, the label and the index in four bytes; the tag is
 * `bitcoin-enterprise/crypto-core/nums/v1 with secp256k1_XMD:SHA-256_SSWU_RO_`.
 *
 * The index alone tells one from another, so a batch is the same points as its parts asked for one by one.
 *
 * @throws CryptoError `context-malformed` for the label, `integer-out-of-range` for the indices
 */
export function numsGenerators(o: NumsGeneratorsOptions): readonly Point[] {
  const first = o.first ?? 0;
  const isInRange =
    Number.isInteger(first) &&
    Number.isInteger(o.count) &&
    first >= 0 &&
    o.count >= 1 &&
    o.count <= MAX_BATCH &&
    first + o.count <= U32_COUNT;
  if (!isInRange) {
    throw new CryptoError('integer-out-of-range', 'there is no such batch of generators', {
      value: `${o.count} from ${first}`,
      limit: `1 to ${MAX_BATCH}, with indices below 2^32`,
    });
  }
  const label = encodeContext(o.label);
  return Array.from({ length: o.count }, (_, offset) =>
    hashToCurve(domainSeparated('nums/v1', label, uint32(first + offset)), DOMAIN_SEPARATION_TAG),
  );
}
