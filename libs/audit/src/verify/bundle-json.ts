import { decodeBase64 } from './base64.ts';

/** Two hashes a level in a consistency proof, and two a level between two entries. */
const MAX_HASHES = 128;

/** Hashes in base64, of whatever length up to 64 bytes: a wrong one is a wrong proof, and reported as such. */
export function readHashes(value: unknown): readonly Uint8Array[] | undefined {
  if (!Array.isArray(value) || value.length > MAX_HASHES) return undefined;
  const hashes = value.map(readHash).filter((hash) => hash !== undefined);
  return hashes.length === value.length ? hashes : undefined;
}

function readHash(value: unknown): Uint8Array | undefined {
  return typeof value === 'string' && value.length <= 88 ? decodeBase64(value) : undefined;
}

/** Whether an object has only these members, in this order; what may be absent is the caller's to check. */
export function hasOnlyMembers(value: object, members: readonly string[]): boolean {
  const names = Object.keys(value);
  const inOrder = members.filter((name) => names.includes(name));
  return names.length === inOrder.length && names.every((name, position) => name === inOrder[position]);
}
