import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  ARGON2ID_MINIMUM,
  type Argon2idCost,
  createKeystore,
  CryptoError,
  fromHex,
  openKeystore,
  SecretBytes,
  seal,
  utf8,
} from '@bitcoin-enterprise/crypto-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeKeystorePayload, encodeKeystorePayload } from '../src/keystore/keystore-payload.ts';
import {
  contentContext,
  encodePassphraseFile,
  parsePassphraseFile,
  type PassphraseFile,
  type PassphraseFileHeader,
} from '../src/keystore/passphrase-file.ts';
import {
  deriveFileKey,
  KEYSTORE_FORMAT,
  sealKeystoreFile,
  unsealKeystoreFile,
} from '../src/keystore/sealed-keystore.ts';
import { bitFlips, cuts } from './alteration.ts';
import { refusal, rejection } from './refusal.ts';
import { temporaryFolder } from './temporary-folder.ts';

const passphrase = SecretBytes.fromUtf8('correct horse battery staple');
const cost = ARGON2ID_MINIMUM;
const header: PassphraseFileHeader = {
  derivation: { kdf: 'argon2id', cost },
  salt: Uint8Array.from({ length: 16 }, (_, index) => 0xe0 + index),
};
const encodeKeystoreFile = (file: PassphraseFile): string => encodePassphraseFile(KEYSTORE_FORMAT, file);
const parseKeystoreFile = (text: string): PassphraseFile => parsePassphraseFile(KEYSTORE_FORMAT, text);
const payloadContext = (of: PassphraseFileHeader): string => contentContext(KEYSTORE_FORMAT, of);
const withCost = (changed: Argon2idCost): PassphraseFileHeader => ({
  ...header,
  derivation: { kdf: 'argon2id', cost: changed },
});
const entropy = fromHex('9e885d952ad362caeb4efe34a8e91bd2');
const payload = { entropy: SecretBytes.copyOf(entropy), generations: new Map([['pii', 3]]) };
const contexts = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
const payloads = fc.tuple(
  fc
    .constantFrom(16, 20, 24, 28, 32)
    .chain((length) => fc.uint8Array({ minLength: length, maxLength: length })),
  fc.uniqueArray(fc.tuple(contexts, fc.nat(0xffffffff)), { selector: ([context]) => context, maxLength: 20 }),
);

const refusedByKey = new CryptoError('keystore-wrong-passphrase', 'the key does not open the file');

describe('the payload of a key store', () => {
  it('round-trips and has one form for one content', () => {
    fc.assert(
      fc.property(payloads, ([bytes, entries]) => {
        using encoded = encodeKeystorePayload({
          entropy: SecretBytes.copyOf(bytes),
          generations: new Map(entries),
        });
        const decoded = decodeKeystorePayload(encoded);
        expect(decoded.entropy.equals(bytes)).toBe(true);
        expect(new Map(decoded.generations)).toEqual(new Map(entries));
        const reversed = { entropy: decoded.entropy, generations: new Map(entries.toReversed()) };
        expect(encodeKeystorePayload(reversed).equals(encoded)).toBe(true);
      }),
    );
  });

  it('is refused in any other form: cut, longer, reordered or random', () => {
    using encoded = encodeKeystorePayload({
      ...payload,
      generations: new Map([
        ['a', 1],
        ['b', 2],
      ]),
    });
    const whole = encoded.expose((bytes) => bytes.slice());
    const swapped = Uint8Array.of(...whole.subarray(0, 20), ...whole.subarray(26), ...whole.subarray(20, 26));
    for (const bytes of [
      ...cuts(whole),
      Uint8Array.of(...whole, 0),
      swapped,
      Uint8Array.of(2, ...whole.subarray(1)),
    ]) {
      const error = refusal(() => decodeKeystorePayload(SecretBytes.copyOf(bytes)), [entropy]);
      expect(error).toMatchObject({
        code: 'keystore-malformed',
        value: `${bytes.length} bytes`,
        limit: 'version 1',
      });
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        fc.pre(bytes[0] !== 1);
        expect(refusal(() => decodeKeystorePayload(SecretBytes.copyOf(bytes))).code).toBe(
          'keystore-malformed',
        );
      }),
    );
  });
});

describe('the file of a key store', () => {
  it('round-trips and has one form', () => {
    const costs = fc.record({
      memoryKiB: fc.integer({ min: 19456, max: 2097152 }),
      passes: fc.integer({ min: 2, max: 32 }),
      parallelism: fc.integer({ min: 1, max: 16 }),
    });
    fc.assert(
      fc.property(
        costs,
        fc.uint8Array({ minLength: 16, maxLength: 16 }),
        fc.uint8Array(),
        (cost, salt, sealed) => {
          const file = { header: { derivation: { kdf: 'argon2id' as const, cost }, salt }, sealed };
          expect(parseKeystoreFile(encodeKeystoreFile(file))).toEqual(file);
        },
      ),
    );
  });

  it('binds its whole header: no two headers seal for the same context', () => {
    const headers = [
      header,
      { ...header, salt: header.salt.toReversed() },
      withCost({ ...cost, memoryKiB: 19457 }),
      withCost({ ...cost, passes: 3 }),
      withCost({ ...cost, parallelism: 2 }),
    ];
    expect(new Set(headers.map(payloadContext)).size).toBe(headers.length);
  });

  it('is refused after every single flipped bit and after every cut', async () => {
    using fileKey = await deriveFileKey(passphrase, header);
    const text = sealKeystoreFile(fileKey, header, payload);
    const bytes = Buffer.from(text, 'latin1');
    const outcomes = { malformed: 0, refused: 0 };
    // The right key is given to each: another header would derive another one, which helps no forger.
    for (const altered of [...bitFlips(bytes), ...cuts(bytes)]) {
      outcomes[attempt(Buffer.from(altered).toString('latin1'))] += 1;
    }
    expect(outcomes.malformed + outcomes.refused).toBe(bytes.length * 9);
    expect(outcomes.refused).toBeGreaterThan(500);

    function attempt(text: string): 'malformed' | 'refused' {
      const error = refusal(() => {
        if (unsealKeystoreFile(fileKey, parseKeystoreFile(text)) === undefined) throw refusedByKey;
      }, [entropy]);
      if (error === refusedByKey) return 'refused';
      expect(error.code).toBe('keystore-malformed');
      return 'malformed';
    }
  });

  it('is refused by openKeystore when a byte of it is altered, before or after the passphrase is asked', async () => {
    const path = join(await temporaryFolder(), 'keys.json');
    (await createKeystore(path, { passphrase, cost }))[Symbol.dispose]();
    const text = await readFile(path, 'utf8');
    const salt = /"salt": "(.)/.exec(text)?.[1] ?? '';
    const changes: [from: string, to: string, code: string][] = [
      ['keystore"', 'keystor3"', 'keystore-malformed'],
      ['"version": 1', '"version": 2', 'keystore-malformed'],
      ['argon2id', 'argon2i', 'keystore-malformed'],
      ['"memoryKiB": 19456', '"memoryKiB": 19457', 'keystore-wrong-passphrase'],
      ['"passes": 2', '"passes": 3', 'keystore-wrong-passphrase'],
      [`"salt": "${salt}`, `"salt": "${salt === '0' ? '1' : '0'}`, 'keystore-wrong-passphrase'],
      ['\n', '\r\n', 'keystore-malformed'],
    ];
    for (const [from, to, code] of changes) {
      expect(text).toContain(from);
      await writeFile(path, text.replace(from, to));
      expect((await rejection(openKeystore(path, { passphrase }))).code).toBe(code);
    }
  });

  it.each([
    ['nothing', ''],
    ['no JSON', 'keys'],
    ['null', 'null\n'],
    ['an empty object', '{}\n'],
    ['a list', '[]\n'],
    ['a kdf that is null', '{"kdf":null,"sealed":""}'],
    ['numbers as text', encodeKeystoreFile({ header, sealed: new Uint8Array() }).replace('19456', '"19456"')],
    [
      'a salt that is a number',
      encodeKeystoreFile({ header, sealed: new Uint8Array() }).replace(/"salt": ".*"/, '"salt": 1'),
    ],
    [
      'a short salt',
      encodeKeystoreFile({ header: { ...header, salt: new Uint8Array(15) }, sealed: new Uint8Array() }),
    ],
    ['a field more', encodeKeystoreFile({ header, sealed: new Uint8Array() }).replace('{', '{\n  "a": 1,')],
    [
      'the number in another form',
      encodeKeystoreFile({ header, sealed: new Uint8Array() }).replace('19456', '1.9456e4'),
    ],
  ])('is malformed with %s', (_name, text) => {
    const error = refusal(() => parseKeystoreFile(text));
    expect(error).toMatchObject({ code: 'keystore-malformed', value: `${text.length} bytes` });
  });

  it.each([
    [{ ...cost, memoryKiB: 8 }, 'memoryKiB 8', 'at least 19456'],
    [{ ...cost, memoryKiB: 2 ** 40 }, `memoryKiB ${2 ** 40}`, 'at most 2097152'],
    [{ ...cost, passes: 1 }, 'passes 1', 'at least 2'],
    [{ ...cost, passes: 2.5 }, 'passes 2.5', 'at least 2'],
    [{ ...cost, parallelism: 99 }, 'parallelism 99', 'at most 16'],
  ])('is malformed with a cost outside of the limits: %j', (cost, value, limit) => {
    const text = encodeKeystoreFile({ header: withCost(cost), sealed: new Uint8Array() });
    expect(refusal(() => parseKeystoreFile(text))).toMatchObject({
      code: 'keystore-malformed',
      value,
      limit,
    });
  });

  it('is malformed when what is sealed is no envelope or no payload', async () => {
    using fileKey = await deriveFileKey(passphrase, header);
    expect(refusal(() => unsealKeystoreFile(fileKey, { header, sealed: new Uint8Array(3) }))).toMatchObject({
      code: 'keystore-malformed',
      value: '3 bytes',
    });
    const sealed = seal(fileKey, utf8('no payload'), {
      keyId: 'keystore-file',
      context: payloadContext(header),
    });
    expect(refusal(() => unsealKeystoreFile(fileKey, { header, sealed })).code).toBe('keystore-malformed');
  });

  it('is not read past the longest that a key store can be', async () => {
    const path = join(await temporaryFolder(), 'keys.json');
    await writeFile(path, Buffer.alloc(1024 * 1024 + 5, ' '));
    expect(await rejection(openKeystore(path, { passphrase }))).toMatchObject({
      code: 'keystore-malformed',
      value: path,
      limit: '1048576 bytes',
    });
    const names = Array.from({ length: 1024 }, (_, index) => [`${'é'.repeat(125)}${index}`, 1] as const);
    using fileKey = await deriveFileKey(passphrase, header);
    const longest = sealKeystoreFile(fileKey, header, {
      entropy: payload.entropy,
      generations: new Map(names),
    });
    expect(longest.length).toBeLessThan(1024 * 1024);
  });
});
