import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readVerifierKey, verifierKey, writeVerifierKey, type SignatureType } from '../src/index.ts';
import { verifierKeyText } from '../src/note/signature-type.ts';
import { decodeBase64, encodeBase64 } from '../src/verify/base64.ts';

// golang.org/x/mod/sumdb/note, note_test.go.
const PETER = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';

const TYPES: readonly SignatureType[] = ['ed25519', 'ed25519-cosignature', 'ml-dsa-44-cosignature'];
const keyBytes = (type: SignatureType): number => (type === 'ml-dsa-44-cosignature' ? 1312 : 32);
const names = fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }).filter((name) => {
  return verifierKey(name, 'ed25519', new Uint8Array(32)) !== undefined;
});
const keys = fc
  .constantFrom(...TYPES)
  .chain((type) =>
    fc.tuple(
      names,
      fc.constant(type),
      fc.uint8Array({ minLength: keyBytes(type), maxLength: keyBytes(type) }),
    ),
  );

describe('a verifier key', () => {
  it('reads what it writes, the same as the writer of notes has it', () => {
    fc.assert(
      fc.property(keys, ([name, type, publicKey]) => {
        const key = verifierKey(name, type, publicKey);
        if (key === undefined) throw new Error('no key');
        const text = writeVerifierKey(key);
        expect(readVerifierKey(text)).toEqual(key);
        expect(verifierKeyText(type, name, publicKey)).toBe(text);
      }),
      { numRuns: 60 },
    );
  });

  it('is the one of the Go checksum database', () => {
    const key = readVerifierKey('sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8');
    expect(key).toMatchObject({ name: 'sum.golang.org', type: 'ed25519' });
    expect(key?.keyId).toEqual(Uint8Array.of(0x03, 0x3d, 0xe0, 0xae));
  });

  it.each([
    ['nothing', ''],
    ['no parts', 'PeterNeumann'],
    ['an empty name', PETER.replace('PeterNeumann', '')],
    ['a space in the name', PETER.replace('PeterNeumann', 'Peter Neumann')],
    ['a newline behind it', `${PETER}\n`],
    ['another name', PETER.replace('Peter', 'Petra')],
    ['another key id', PETER.replace('c74f20a3', 'c74f20a4')],
    ['a key id in capitals', PETER.replace('c74f20a3', 'C74F20A3')],
    ['a short key id', PETER.replace('c74f20a3', '74f20a3')],
    ['a key of 31 bytes', PETER.slice(0, -4)],
    ['base64 without its canonical end', `${PETER.slice(0, -1)}X`],
    // golang.org/x/mod/sumdb/note, note_test.go, badVerifierKeys.
    ['bytes behind the key', 'PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY=='],
    ['an unknown type', 'PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'],
  ])('is none with %s', (_, text) => {
    expect(readVerifierKey(PETER)).toBeDefined();
    expect(readVerifierKey(text)).toBeUndefined();
  });

  it('of ML-DSA-44 has a name of at most 255 bytes', () => {
    const publicKey = new Uint8Array(1312);
    expect(verifierKey('\u00e4'.repeat(127), 'ml-dsa-44-cosignature', publicKey)).toBeDefined();
    expect(verifierKey('\u00e4'.repeat(128), 'ml-dsa-44-cosignature', publicKey)).toBeUndefined();
    expect(verifierKey('\u00e4'.repeat(128), 'ed25519', publicKey.slice(0, 32))).toBeDefined();
  });
});

describe('base64', () => {
  it('reads what it writes, as Node writes it', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(encodeBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
        expect(decodeBase64(encodeBase64(bytes))).toEqual(bytes);
      }),
    );
  });
});
