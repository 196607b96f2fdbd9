import { readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  ARGON2ID_MINIMUM,
  createKeystore,
  describeEnvelope,
  ExtendedPrivateKey,
  fromHex,
  type Keystore,
  openKeystore,
  seal,
  SecretBytes,
  seedFromMnemonic,
  toHex,
  utf8,
  verifyEd25519,
} from '@bitcoin-enterprise/crypto-core';
import { describe, expect, it } from 'vitest';
import { expectNoSecret, refusal, rejection } from './refusal.ts';
import { temporaryFolder } from './temporary-folder.ts';

const passphraseBytes = utf8('correct horse battery staple');
const passphrase = SecretBytes.copyOf(passphraseBytes);
const cost = ARGON2ID_MINIMUM;
const words = 'ozone drill grab fiber curtain grace pudding thank cruise elder eight picnic';
const wordsEntropy = '9e885d952ad362caeb4efe34a8e91bd2';

async function newKeystore(mnemonic?: string): Promise<{ path: string; folder: string; keystore: Keystore }> {
  const folder = await temporaryFolder();
  const path = join(folder, 'keys.json');
  const restored = mnemonic === undefined ? {} : { mnemonic: SecretBytes.fromUtf8(mnemonic) };
  return { path, folder, keystore: await createKeystore(path, { passphrase, cost, ...restored }) };
}

const opened = (keystore: Keystore, envelope: Uint8Array, context: string): string => {
  using plaintext = keystore.open(envelope, { context });
  return plaintext.expose((bytes) => Buffer.from(bytes).toString());
};

describe('a key store', () => {
  it('seals for a context, rotates, and still opens what it sealed before, after it was opened again too', async () => {
    const { path, keystore } = await newKeystore();
    const first = keystore.seal(utf8('one'), { context: 'pii' });
    await keystore.rotate('pii');
    const second = keystore.seal(SecretBytes.fromUtf8('two'), { context: 'pii' });
    expect(describeEnvelope(first).keyId).toBe(`${keystore.id}.1`);
    expect(describeEnvelope(second).keyId).toBe(`${keystore.id}.2`);
    keystore[Symbol.dispose]();

    using again = await openKeystore(path, { passphrase });
    expect(again.id).toBe(keystore.id);
    expect([opened(again, first, 'pii'), opened(again, second, 'pii')]).toEqual(['one', 'two']);
    expect(describeEnvelope(again.seal(utf8('three'), { context: 'pii' })).keyId).toBe(`${keystore.id}.2`);
    expect(describeEnvelope(again.seal(utf8('three'), { context: 'other' })).keyId).toBe(`${keystore.id}.1`);
    for (const envelope of [first, second]) {
      expect(refusal(() => again.open(envelope, { context: 'other' })).code).toBe('envelope-refused');
    }
  });

  it('is a file of its owner alone, in a folder with nothing else, without a secret in clear', async () => {
    const { path, folder, keystore } = await newKeystore(words);
    await keystore.rotate('a');
    keystore[Symbol.dispose]();
    expect(await readdir(folder)).toEqual(['keys.json']);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expectNoSecret(await readFile(path, 'latin1'), [
      utf8(words),
      utf8('ozone'),
      passphraseBytes,
      fromHex(wordsEntropy),
    ]);
  });

  it('is restored from its mnemonic alone, and then opens every generation and signs the same', async () => {
    const { keystore } = await newKeystore();
    for (let rotation = 0; rotation < 3; rotation += 1) await keystore.rotate('pii');
    const envelope = keystore.seal(utf8('kept'), { context: 'pii' });
    using mnemonic = keystore.exportMnemonic();

    const path = join(await temporaryFolder(), 'restored.json');
    using restored = await createKeystore(path, {
      passphrase: SecretBytes.fromUtf8('another'),
      cost,
      mnemonic,
    });
    expect(restored.id).toBe(keystore.id);
    expect(opened(restored, envelope, 'pii')).toBe('kept');
    for (const path of ['m', "m/86'/0'/0'/0/5"]) {
      expect(toHex(restored.signingKey(path).publicKey)).toBe(toHex(keystore.signingKey(path).publicKey));
    }
    expect(toHex(restored.ed25519('log').publicKey)).toBe(toHex(keystore.ed25519('log').publicKey));
    expect(restored.deriveSecret('tokens', 16).equals(keystore.deriveSecret('tokens', 16))).toBe(true);
    keystore[Symbol.dispose]();
  });

  it('has the BIP32 keys of its mnemonic', async () => {
    const { keystore } = await newKeystore(words);
    using seed = await seedFromMnemonic(SecretBytes.fromUtf8(words));
    using root = ExtendedPrivateKey.fromSeed(seed);
    using derived = root.derive("m/84'/2'/0'/1/7");
    using key = keystore.signingKey("m/84'/2'/0'/1/7");
    expect(key.publicKey).toEqual(derived.publicKey);
    expect(keystore.exportMnemonic().equals(utf8(words))).toBe(true);
    expect(refusal(() => keystore.signingKey('m/x')).code).toBe('path-malformed');
    keystore[Symbol.dispose]();
    expect(key.signEcdsa(new Uint8Array(32)).length).toBe(64);
  });

  it('keeps its derivations as they were published', async () => {
    // Fixed by this library itself: another value would lose what a user sealed or signed with an earlier version.
    const { keystore } = await newKeystore(words);
    using secret = keystore.deriveSecret('label', 16);
    const envelope = fromHex(
      '42455345010112653537636436633136353862393138652e32be113138e857b61b9feeb521c1d8' +
        'ecd1e402470bb04b1ed28ad399e301147946255e342407542fcf1877f81c6a3d9ff2fcfad505fad1' +
        '3014fece4549793d9ea5330ab407aa553098cacef95c30cebd29bdc5e056578f',
    );
    expect({
      id: keystore.id,
      secret: secret.expose(toHex),
      ed25519: toHex(keystore.ed25519('label').publicKey),
      opened: opened(keystore, envelope, 'context'),
    }).toEqual({
      id: 'e57cd6c1658b918e',
      secret: 'a83e7c8417028fa9bacfcbfad0f6709d',
      ed25519: '6ec5d80315943d18f82fc1bcdce20fddf2036a4f658772ddf8ebf2fc4beee463',
      opened: 'golden',
    });
    keystore[Symbol.dispose]();
  });

  it('derives unrelated secrets for each label, length and purpose', async () => {
    const { keystore } = await newKeystore();
    const hex = (label: string, length: number): string => keystore.deriveSecret(label, length).expose(toHex);
    expect(hex('a', 32)).toBe(hex('a', 32));
    const all = [hex('a', 32), hex('b', 32), hex('a', 64), hex('a', 33), hex('A', 32)];
    expect(new Set(all.map((secret) => secret.slice(0, 32))).size).toBe(all.length);
    const key = keystore.ed25519('a');
    const message = utf8('checkpoint');
    expect(verifyEd25519(key.sign(message), message, key.publicKey)).toBe(true);
    expect(toHex(keystore.ed25519('b').publicKey)).not.toBe(toHex(key.publicKey));
    expect(refusal(() => keystore.deriveSecret('', 32)).code).toBe('context-malformed');
    expect(refusal(() => keystore.deriveSecret('a', 0)).code).toBe('length-out-of-range');
    expect(refusal(() => keystore.deriveSecret('a', 8161)).code).toBe('length-out-of-range');
    expect(refusal(() => keystore.ed25519('x'.repeat(256))).code).toBe('context-malformed');
    keystore[Symbol.dispose]();
  });

  it('refuses envelopes of another key store, and key ids that are none of its own, with the same error', async () => {
    const [{ keystore }, { keystore: other }] = [await newKeystore(), await newKeystore()];
    const foreign = other.seal(utf8('x'), { context: 'c' });
    using key = SecretBytes.random(32);
    const named = (keyId: string): Uint8Array => seal(key, utf8('x'), { keyId, context: 'c' });
    const generations = ['0', '1', '2', '01', '4294967296', '1e3', '-1', '1.1', 'x', ''];
    const envelopes = [
      foreign,
      named('x'),
      ...generations.map((generation) => named(`${keystore.id}.${generation}`)),
    ];
    const messages = envelopes.map((envelope) => {
      const error = refusal(() => keystore.open(envelope, { context: 'c' }));
      expect(error.code).toBe('envelope-refused');
      return error.message;
    });
    expect(new Set(messages).size).toBe(1);
    expect(refusal(() => keystore.open(new Uint8Array(9), { context: 'c' })).code).toBe('envelope-malformed');
    expect(refusal(() => keystore.seal(utf8('x'), { context: '' })).code).toBe('context-malformed');
    keystore[Symbol.dispose]();
    other[Symbol.dispose]();
  });

  it('does nothing more once it is disposed, and never shows a secret', async () => {
    const { keystore } = await newKeystore(words);
    const envelope = keystore.seal(utf8('x'), { context: 'c' });
    expectNoSecret(keystore, [utf8(words), fromHex(wordsEntropy), passphraseBytes]);
    keystore[Symbol.dispose]();
    const uses = [
      () => keystore.seal(utf8('x'), { context: 'c' }),
      () => keystore.open(envelope, { context: 'c' }),
      () => keystore.signingKey('m'),
      () => keystore.deriveSecret('a', 1),
      () => keystore.ed25519('a'),
      () => keystore.exportMnemonic(),
    ];
    for (const use of uses) expect(refusal(use).code).toBe('keystore-disposed');
    expect((await rejection(keystore.rotate('c'))).code).toBe('keystore-disposed');
    expect(() => {
      keystore[Symbol.dispose]();
    }).not.toThrow();
  });
});

describe('createKeystore', () => {
  it('never overwrites a file, be it a key store or not, nor follows a link to write one', async () => {
    const { path, folder, keystore } = await newKeystore();
    const id = keystore.id;
    keystore[Symbol.dispose]();
    await writeFile(join(folder, 'empty'), '');
    await symlink(join(folder, 'nowhere'), join(folder, 'dangling'));
    for (const name of ['keys.json', 'empty', 'dangling']) {
      const error = await rejection(createKeystore(join(folder, name), { passphrase, cost }), [
        passphraseBytes,
      ]);
      expect(error).toMatchObject({ code: 'keystore-exists', value: join(folder, name) });
    }
    expect((await readdir(folder)).sort()).toEqual(['dangling', 'empty', 'keys.json']);
    using again = await openKeystore(path, { passphrase });
    expect(again.id).toBe(id);
  });

  it('lets one of two creators at the same moment win', async () => {
    const path = join(await temporaryFolder(), 'keys.json');
    const outcomes = await Promise.allSettled(
      [1, 2, 3].map(() => createKeystore(path, { passphrase, cost })),
    );
    const winners = outcomes.filter((outcome) => outcome.status === 'fulfilled');
    expect(winners.length).toBe(1);
    using again = await openKeystore(path, { passphrase });
    expect(again.id).toBe(winners[0]?.value.id);
  });

  it('uses the recommended cost unless another is given', async () => {
    const path = join(await temporaryFolder(), 'keys.json');
    using keystore = await createKeystore(path, { passphrase });
    using again = await openKeystore(path, { passphrase });
    expect(again.id).toBe(keystore.id);
  });

  it('refuses an empty passphrase, a cost under the floor, an invalid mnemonic and a folder that is not there', async () => {
    const folder = await temporaryFolder();
    const path = join(folder, 'keys.json');
    const empty = SecretBytes.fromUtf8('');
    const cheap = { ...cost, memoryKiB: 1024 };
    const mnemonic = SecretBytes.fromUtf8(`${words} picnic`);
    expect(await rejection(createKeystore(path, { passphrase: empty, cost }))).toMatchObject({
      code: 'passphrase-empty',
    });
    expect((await rejection(createKeystore(path, { passphrase, cost: cheap }))).code).toBe(
      'kdf-below-minimum',
    );
    const error = await rejection(createKeystore(path, { passphrase, cost, mnemonic }), [utf8(words)]);
    expect(error.code).toBe('mnemonic-invalid');
    const nowhere = join(folder, 'no', 'keys.json');
    expect(await rejection(createKeystore(nowhere, { passphrase, cost }), [passphraseBytes])).toMatchObject({
      code: 'keystore-unwritable',
      value: nowhere,
    });
    expect(await readdir(folder)).toEqual([]);
    await writeFile(path, 'a file');
    const below = join(path, 'keys.json');
    expect((await rejection(createKeystore(below, { passphrase, cost }))).code).toBe('keystore-unwritable');
    expect((await rejection(openKeystore(below, { passphrase }))).code).toBe('keystore-unreadable');
  });
});

describe('openKeystore', () => {
  it('refuses a wrong passphrase without saying more', async () => {
    const { path, keystore } = await newKeystore(words);
    keystore[Symbol.dispose]();
    const wrong = [
      'correct horse battery stapl',
      'correct horse battery staple ',
      'Correct horse battery staple',
      '',
    ];
    for (const text of wrong) {
      const pending = openKeystore(path, { passphrase: SecretBytes.fromUtf8(text) });
      const error = await rejection(pending, [
        passphraseBytes,
        utf8(words),
        ...(text === '' ? [] : [utf8(text)]),
      ]);
      expect(error.code).toBe('keystore-wrong-passphrase');
      expect(Object.keys(error)).toEqual(['code']);
    }
  });

  it('says when there is no file, or none that can be read', async () => {
    const folder = await temporaryFolder();
    const missing = join(folder, 'none.json');
    expect(await rejection(openKeystore(missing, { passphrase }))).toMatchObject({
      code: 'keystore-missing',
      value: missing,
    });
    expect(await rejection(openKeystore(folder, { passphrase }))).toMatchObject({
      code: 'keystore-unreadable',
      value: folder,
    });
  });
});
