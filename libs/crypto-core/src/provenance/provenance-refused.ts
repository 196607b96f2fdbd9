import { CryptoError } from '../error.ts';

/**
 * The one refusal of provenance. Nothing here is secret, so it says where and what.
 *
 * @param where `header`, or the block such as `block 7`
 * @param limit what was wanted there and is not
 */
export function provenanceRefused(where: string, limit: string, cause?: unknown): CryptoError {
  return new CryptoError('provenance-refused', 'the provenance of the artefact is refused', {
    value: where,
    limit,
    cause,
  });
}
