import { spawn } from 'node:child_process';
import { readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import {
  ARGON2ID_MINIMUM,
  createKeyFile,
  envelopeKey,
  fromHex,
  KEY_ALGORITHMS,
  type KeyProvider,
  openKeyFile,
  sealWith,
  SecretBytes,
  toHex,
  utf8,
} from '@bitcoin-enterprise/crypto-core';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  encodePassphraseFile,
  parsePassphraseFile,
  unsealPassphraseFile,
} from '../src/keystore/passphrase-file.ts';
import { deriveFileKey } from '../src/keystore/sealed-keystore.ts';
import { algorithmId } from '../src/provider/key-algorithm.ts';
import { KEY_FILE_FORMAT, sealKeyFile } from '../src/provider/key-file.ts';
import { decodeKeyRecords, encodeKeyRecords } from '../src/provider/key-file-content.ts';
import {
  decodeKeyRecord,
  encodeKeyRecord,
  type KeyRecord,
  sealKeyRecord,
} from '../src/provider/key-record.ts';
import { randomSecret } from '../src/provider/software-key.ts';
import { bitFlips, cuts } from './alteration.ts';
import { describeKeyProvider } from './key-provider-contract.ts';
import { expectNoSecret, refusal, rejection } from './refusal.ts';
import { temporaryFolder } from './temporary-folder.ts';

const passphraseBytes = utf8('correct horse battery staple');
const passphrase = SecretBytes.copyOf(passphraseBytes);
const o = { passphrase, cost: ARGON2ID_MINIMUM };
const wrapping = envelopeKey(SecretBytes.random(32), 'wrap');
const header = { derivation: { kdf: 'argon2id' as const, cost: ARGON2ID_MINIMUM }, salt: new Uint8Array(16) };

async function newKeyFile(): Promise<{ path: string; folder: string; provider: KeyProvider }> {
  const folder = await temporaryFolder();
  const path = join(folder, 'keys.json');
  const provider = await createKeyFile(path, o);
  onTestFinished(() => provider.close());
  return { path, folder, provider };
}

const record = (part: Partial<KeyRecord> = {}): KeyRecord => ({
  id: 'ab'.repeat(16),
  label: 'label',
  algorithm: 'HMAC-SHA-256',
  exportable: true,
  secret: SecretBytes.copyOf(new Uint8Array(32).fill(0xcd)),
  ...part,
});

describeKeyProvider('a key file', async () => {
  const path = join(await temporaryFolder(), 'keys.json');
  await (await createKeyFile(path, o)).close();
  return { open: () => openKeyFile(path, { passphrase }) };
});

describe('a key file', () => {
  it('gives the figure of RFC 5869 section A.1 for the step that expands', async () => {
    const { provider } = await newKeyFile();
    const secret = SecretBytes.copyOf(
      fromHex('077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5'),
    );
    const { id } = await provider.importSealed(await sealKeyRecord(record({ secret }), wrapping), wrapping);
    using output = await provider.expand(id, fromHex('f0f1f2f3f4f5f6f7f8f9'), 42);
    expect(output.expose(toHex)).toBe(
      '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865',
    );
  });

  it('is a file of its owner alone, without a secret in clear, and is never overwritten', async () => {
    const { path, folder, provider } = await newKeyFile();
    const { id } = await provider.generate({ algorithm: 'Ed25519', label: 'secret label', exportable: true });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(`${path}.lock`)).mode & 0o777).toBe(0o600);
    expectNoSecret(await readFile(path, 'latin1'), [utf8('secret label'), fromHex(id), passphraseBytes]);
    expect((await readdir(folder)).sort()).toEqual(['keys.json', 'keys.json.lock']);
    expect(await rejection(createKeyFile(path, o))).toMatchObject({ code: 'keystore-exists', value: path });
    const empty = { passphrase: SecretBytes.fromUtf8('') };
    expect((await rejection(createKeyFile(join(folder, 'x'), empty))).code).toBe('passphrase-empty');
  });

  it('says when the passphrase is wrong, when there is no file and when it is none', async () => {
    const { path, folder, provider } = await newKeyFile();
    await provider.close();
    const wrong = SecretBytes.fromUtf8('correct horse battery stapl');
    const error = await rejection(openKeyFile(path, { passphrase: wrong }), [
      utf8('correct horse battery stapl'),
    ]);
    expect(error.code).toBe('keystore-wrong-passphrase');
    expect((await rejection(openKeyFile(join(folder, 'none'), o))).code).toBe('keystore-missing');
    expect((await rejection(openKeyFile(folder, o))).code).toBe('keystore-unreadable');
    await writeFile(path, '{}');
    expect((await rejection(openKeyFile(path, o))).code).toBe('keystore-malformed');
    await writeFile(path, Buffer.alloc(1024 * 1024 + 5, ' '));
    expect(await rejection(openKeyFile(path, o))).toMatchObject({
      code: 'keystore-malformed',
      limit: '1048576 bytes',
    });
  });

  it('has nothing left of the secret of a destroyed key', async () => {
    const { path, provider } = await newKeyFile();
    const secret = new Uint8Array(32).fill(0xcd);
    const sealed = await sealKeyRecord(record(), wrapping);
    const { id } = await provider.importSealed(sealed, wrapping);
    const content = async (): Promise<string> => {
      const file = parsePassphraseFile(KEY_FILE_FORMAT, await readFile(path, 'latin1'));
      using fileKey = await deriveFileKey(passphrase, file.header);
      using opened = unsealPassphraseFile(KEY_FILE_FORMAT, fileKey, file);
      return opened?.expose(toHex) ?? '';
    };
    expect(await content()).toContain(toHex(secret));
    await provider.destroy(id);
    expect(await content()).not.toContain('cdcd');
    expect(await content()).toContain(id);
    expect((await rejection(provider.importSealed(sealed, wrapping))).code).toBe('key-exists');
  });

  it('gives a key that was made for it to another, under the same id, and takes nothing else in', async () => {
    const [{ provider: from }, { provider: to }] = [await newKeyFile(), await newKeyFile()];
    for (const algorithm of KEY_ALGORITHMS) {
      const key = await from.generate({ algorithm, label: 'moves', exportable: true });
      const sealed = await from.exportSealed(key.id, wrapping);
      expect(await to.importSealed(sealed, wrapping)).toEqual(key);
      if (algorithm !== 'HMAC-SHA-256')
        expect(await to.publicKey(key.id)).toEqual(await from.publicKey(key.id));
      expect(await rejection(to.importSealed(sealed, wrapping))).toMatchObject({
        code: 'key-exists',
        value: key.id,
      });
    }
    const { id } = await from.generate({ algorithm: 'HMAC-SHA-256', label: 'x', exportable: true });
    const sealed = await from.exportSealed(id, wrapping);
    const other = envelopeKey(SecretBytes.random(32), 'wrap');
    expect((await rejection(to.importSealed(sealed, other))).code).toBe('envelope-refused');
    expect((await rejection(to.importSealed(utf8('x'), wrapping))).code).toBe('envelope-malformed');
    const gone = await sealKeyRecord(record({ secret: undefined }), wrapping);
    expect((await rejection(to.importSealed(gone, wrapping))).code).toBe('key-malformed');
    const noKey = await sealWith(wrapping, utf8('no key'), { context: 'key-export/v1' });
    expect((await rejection(to.importSealed(noKey, wrapping))).code).toBe('key-malformed');
  });

  it('loses no key when several processes and several callers make them at once', async () => {
    const { path, provider } = await newKeyFile();
    const program = new URL('generate-keys.ts', import.meta.url).pathname;
    const child = spawn(process.execPath, ['--conditions=@bitcoin-enterprise/source', program, path], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const made: string[] = [];
    const other = await openKeyFile(path, o);
    for await (const line of createInterface({ input: child.stdout })) {
      made.push(line);
      const both = [provider, other].map((from) => from.generate({ algorithm: 'Ed25519', label: 'here' }));
      for (const { id } of await Promise.all(both)) made.push(id);
    }
    await other.close();
    expect((await provider.list()).map(({ id }) => id)).toEqual(made.sort());
    expect(made.length).toBe(30);
  });

  it('says when the file is gone or another one, and goes on when it is back', async () => {
    const { path, folder, provider } = await newKeyFile();
    const { id } = await provider.generate({ algorithm: 'HMAC-SHA-256', label: 'x' });
    const link = join(folder, 'link.json');
    await symlink(path, link);
    await using linked = await openKeyFile(link, o);
    await rename(path, join(folder, 'aside'));
    expect((await rejection(provider.list())).code).toBe('keystore-missing');
    await (await createKeyFile(path, o)).close();
    const error = await rejection(provider.generate({ algorithm: 'Ed25519', label: 'x' }));
    expect(error).toMatchObject({ code: 'keystore-changed', value: path });
    await rm(path);
    await rename(join(folder, 'aside'), path);
    expect((await provider.describe(id)).id).toBe(id);
    await linked.generate({ algorithm: 'Ed25519', label: 'through the link' });
    expect((await provider.list()).length).toBe(2);
  });

  it('holds 1,024 keys and no more, and is read in full then', async () => {
    const { path, provider } = await newKeyFile();
    await provider.close();
    const label = 'é'.repeat(127);
    const records = new Map(
      Array.from({ length: 1024 }, (_, index) => {
        const id = index.toString(16).padStart(32, '0');
        const algorithm = 'MLDSA65-Ed25519-SHA512';
        return [id, record({ id, label, algorithm, secret: randomSecret(algorithm) })];
      }),
    );
    using fileKey = await deriveFileKey(passphrase, header);
    await writeFile(path, sealKeyFile(fileKey, header, records));
    await using full = await openKeyFile(path, o);
    expect((await full.list()).length).toBe(1024);
    expect(await rejection(full.generate({ algorithm: 'Ed25519', label: 'x' }))).toMatchObject({
      code: 'keystore-full',
      value: '1024 keys',
    });
    await full.destroy('0'.repeat(32));
    expect((await stat(path)).size).toBeLessThan(1024 * 1024);
  });

  it('is refused after every single flipped bit and after every cut', async () => {
    using fileKey = await deriveFileKey(passphrase, header);
    const text = sealKeyFile(fileKey, header, new Map([[record().id, record()]]));
    const bytes = Buffer.from(text, 'latin1');
    const outcomes = { malformed: 0, refused: 0 };
    // The right key is given to each: another header would derive another one, which helps no forger.
    for (const altered of [...bitFlips(bytes), ...cuts(bytes)]) {
      try {
        const file = parsePassphraseFile(KEY_FILE_FORMAT, Buffer.from(altered).toString('latin1'));
        using content = unsealPassphraseFile(KEY_FILE_FORMAT, fileKey, file);
        if (content !== undefined) throw new Error('an altered file opens');
        outcomes.refused += 1;
      } catch (error) {
        expect(error).toMatchObject({ code: 'keystore-malformed' });
        expectNoSecret(error, [new Uint8Array(32).fill(0xcd)]);
        outcomes.malformed += 1;
      }
    }
    expect(outcomes.malformed + outcomes.refused).toBe(bytes.length * 9);
    expect(outcomes.refused).toBeGreaterThan(500);
  });

  it('is malformed when what is sealed is no list of keys', async () => {
    const { path, provider } = await newKeyFile();
    await provider.close();
    const sealed = new Uint8Array(3);
    await writeFile(path, encodePassphraseFile(KEY_FILE_FORMAT, { header, sealed }));
    expect(await rejection(openKeyFile(path, o))).toMatchObject({
      code: 'keystore-malformed',
      value: '3 bytes',
    });
  });
});

describe('the bytes of a key', () => {
  const records = fc
    .record({
      id: fc.uint8Array({ minLength: 16, maxLength: 16 }).map(toHex),
      label: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }),
      algorithm: fc.constantFrom(...KEY_ALGORITHMS),
      exportable: fc.boolean(),
      isDestroyed: fc.boolean(),
    })
    .map(({ isDestroyed, ...rest }) => ({
      ...rest,
      secret: isDestroyed ? undefined : randomSecret(rest.algorithm),
    }));

  const shown = ({ secret, ...rest }: KeyRecord): object => ({ ...rest, secret: secret?.expose(toHex) });

  it('round-trip, alone and in a list, which has one order', () => {
    fc.assert(
      fc.property(fc.uniqueArray(records, { selector: ({ id }) => id, maxLength: 6 }), (list) => {
        for (const one of list) {
          using encoded = encodeKeyRecord(one);
          expect(shown(decodeKeyRecord(encoded))).toEqual(shown(one));
        }
        using encoded = encodeKeyRecords(new Map(list.map((one) => [one.id, one])));
        using reversed = encodeKeyRecords(new Map(list.toReversed().map((one) => [one.id, one])));
        expect(reversed.equals(encoded)).toBe(true);
        const decoded = [...decodeKeyRecords(encoded).values()].map(shown);
        const sorted = [...list].sort((a, b) => (a.id < b.id ? -1 : 1));
        expect(decoded).toEqual(sorted.map(shown));
      }),
      { numRuns: 30 },
    );
  });

  it('are malformed when they are cut, longer, random or have a byte that means nothing', () => {
    using encoded = encodeKeyRecord(record());
    const whole = encoded.expose((bytes) => bytes.slice());
    const withByte = (position: number, value: number): Uint8Array => {
      const changed = whole.slice();
      changed[position] = value;
      return changed;
    };
    // A cut right behind the label is a destroyed key, which is why both are always inside of an envelope.
    const bare = whole.length - 32;
    const altered = [
      ...[...cuts(whole)].filter(({ length }) => length !== bare),
      Uint8Array.of(...whole, 0),
      withByte(0, 2),
      withByte(17, 0),
      withByte(17, 9),
      withByte(18, 2),
      withByte(19, 0),
      withByte(20, 0xff),
      withByte(17, algorithmId('MLDSA44-Ed25519-SHA512')),
    ];
    for (const bytes of altered) {
      const error = refusal(
        () => decodeKeyRecord(SecretBytes.copyOf(bytes)),
        [new Uint8Array(32).fill(0xcd)],
      );
      expect(error).toMatchObject({ code: 'key-malformed', value: `${bytes.length} bytes` });
    }
    const zero = record({ algorithm: 'ECDSA-secp256k1', secret: SecretBytes.copyOf(new Uint8Array(32)) });
    using noScalar = encodeKeyRecord(zero);
    expect(refusal(() => decodeKeyRecord(noScalar)).code).toBe('key-malformed');
  });

  it('are malformed in a list that is cut, longer, unordered, double or random', () => {
    const [a, b] = [record({ id: '0a'.repeat(16) }), record({ id: '0b'.repeat(16) })];
    using encoded = encodeKeyRecords(new Map([a, b].map((one) => [one.id, one])));
    const whole = encoded.expose((bytes) => bytes.slice());
    const length = (whole.length - 3) / 2;
    const [head, first, second] = [whole.slice(0, 3), whole.slice(3, 3 + length), whole.slice(3 + length)];
    const altered = [
      ...cuts(whole),
      Uint8Array.of(...whole, 0),
      Uint8Array.of(...head, ...second, ...first),
      Uint8Array.of(...head, ...first, ...first),
      Uint8Array.of(2, ...whole.subarray(1)),
    ];
    for (const bytes of altered) {
      const error = refusal(
        () => decodeKeyRecords(SecretBytes.copyOf(bytes)),
        [new Uint8Array(32).fill(0xcd)],
      );
      expect(error).toMatchObject({ code: 'keystore-malformed', value: `${bytes.length} bytes` });
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => {
        fc.pre(bytes[0] !== 1);
        expect(refusal(() => decodeKeyRecords(SecretBytes.copyOf(bytes))).code).toBe('keystore-malformed');
      }),
    );
  });
});
