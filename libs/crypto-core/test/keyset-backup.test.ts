import {
  ARGON2ID_MINIMUM,
  createKeyset,
  envelopeKey,
  type Keyset,
  restoreKeyset,
  SecretBytes,
  utf8,
} from '@bitcoin-enterprise/crypto-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBackupContent, encodeBackupContent } from '../src/keyset/keyset-backup-content.ts';
import { openBackup, sealBackup } from '../src/keyset/keyset-backup-file.ts';
import { bitFlips, cuts } from './alteration.ts';
import { keysetPlace } from './keyset-place.ts';
import { refusal, rejection } from './refusal.ts';

const context = 'c';
const passphrase = SecretBytes.fromUtf8('another passphrase');
const target = { passphrase, cost: ARGON2ID_MINIMUM };
const key = envelopeKey(SecretBytes.random(32), 'vault');

async function used(): Promise<{ keyset: Keyset; envelopes: Uint8Array[] }> {
  const keyset = await createKeyset({ ...(await keysetPlace()), exportable: true });
  const envelopes: Uint8Array[] = [];
  for (let round = 0; round < 3; round += 1) {
    envelopes.push(await keyset.seal(utf8(`round ${round}`), { context }));
    await keyset.rotate();
  }
  await keyset.destroy(1);
  return { keyset, envelopes };
}

describe('the backup of a keyset', () => {
  it.each([
    ['a passphrase', target, { passphrase }],
    ['a passphrase by PBKDF2', { passphrase, kdf: 'pbkdf2' as const }, { passphrase }],
    ['a key', { key }, { key }],
  ])('under %s restores everything elsewhere, but what was destroyed', async (_name, to, from) => {
    const { keyset, envelopes } = await used();
    const backup = await keyset.backup(to);
    const place = await keysetPlace();
    const restored = await restoreKeyset(backup, { ...place, from });
    expect(restored.generations).toEqual(keyset.generations);
    expect(restored.version).toBe(keyset.version);
    expect((await rejection(restored.open(envelopes[0] ?? utf8(''), { context }))).code).toBe(
      'key-destroyed',
    );
    for (const [round, envelope] of envelopes.entries()) {
      if (round === 0) continue;
      using plaintext = await restored.open(envelope, { context });
      expect(plaintext.equals(utf8(`round ${round}`))).toBe(true);
    }
    // Exportable as the keys that it came from, and again what its generations are from here on.
    await restored.rotate();
    const second = await restored.backup({ key });
    const again = await restoreKeyset(second, { ...(await keysetPlace()), from: { key } });
    expect(again.generations.length).toBe(5);
  });

  it('can be restored again where a restore was interrupted, and over nothing else', async () => {
    const { keyset } = await used();
    const backup = await keyset.backup({ key });
    const place = await keysetPlace();
    const from = { key };
    const failing = {
      ...place.store,
      replace: () => Promise.reject(new Error('the power is gone')),
    };
    await expect(restoreKeyset(backup, { ...place, store: failing, from })).rejects.toThrow('the power');
    const taken = (await place.provider.list()).length;
    expect(taken).toBe(4);
    const restored = await restoreKeyset(backup, { ...place, from });
    await restoreKeyset(backup, { ...place, from });
    expect((await place.provider.list()).length).toBe(taken);
    await restored.rotate();
    expect((await rejection(restoreKeyset(backup, { ...place, from }))).code).toBe('keyset-exists');
    const destroyedId = restored.generations[1]?.keyId ?? '';
    const other = { ...place, store: { ...place.store, read: () => Promise.resolve(undefined) } };
    await place.provider.destroy(destroyedId);
    expect((await rejection(restoreKeyset(backup, { ...other, from }))).code).toBe('key-destroyed');
  });

  it('is not given of keys that were not made for it, nor under an empty passphrase', async () => {
    const keyset = await createKeyset(await keysetPlace());
    expect((await rejection(keyset.backup(target))).code).toBe('key-not-exportable');
    const exportable = await createKeyset({ ...(await keysetPlace()), exportable: true });
    const empty = SecretBytes.fromUtf8('');
    expect((await rejection(exportable.backup({ passphrase: empty }))).code).toBe('passphrase-empty');
    const cheap = { passphrase, cost: { ...ARGON2ID_MINIMUM, passes: 1 } };
    expect((await rejection(exportable.backup(cheap))).code).toBe('kdf-below-minimum');
  });

  it('is refused under another passphrase, key or purpose, and where the key is not what it was', async () => {
    const { keyset } = await used();
    const backup = await keyset.backup(target);
    const place = await keysetPlace();
    const wrong = SecretBytes.fromUtf8('another passphras');
    const errors = [
      await rejection(restoreKeyset(backup, { ...place, from: { passphrase: wrong } }), [
        utf8('another passphras'),
      ]),
      await rejection(
        restoreKeyset(await keyset.backup({ key }), {
          ...place,
          from: { key: envelopeKey(SecretBytes.random(32), 'vault') },
        }),
      ),
    ];
    for (const error of errors) expect(error.code).toBe('backup-refused');
    const kinds = [
      restoreKeyset.bind(null, backup, { ...place, from: { key } }),
      restoreKeyset.bind(null, await keyset.backup({ key }), { ...place, from: { passphrase } }),
      restoreKeyset.bind(null, new Uint8Array(1024 * 1024 + 1), { ...place, from: { key } }),
    ];
    for (const restore of kinds) expect((await rejection(restore())).code).toBe('backup-malformed');
    expect(await place.provider.list()).toEqual([]);
    const purpose = 'another';
    const pending = restoreKeyset(backup, { ...place, purpose, from: { passphrase } });
    expect((await rejection(pending)).code).toBe('keyset-refused');
    expect(await place.store.read()).toBe(undefined);
  });

  it('is refused after every single flipped bit and after every cut', async () => {
    using content = SecretBytes.fromUtf8('content of a backup');
    const text = await sealBackup(content, { passphrase, cost: ARGON2ID_MINIMUM });
    const envelope = await sealBackup(content, { key });
    for (const altered of [...bitFlips(envelope), ...cuts(envelope)]) {
      const { code } = await rejection(openBackup(altered, { key }), [utf8('content of a backup')]);
      expect(['backup-malformed', 'backup-refused']).toContain(code);
    }
    // One in a hundred of the text: each that has its form costs the derivation.
    const altered = [...bitFlips(text), ...cuts(text)].filter((_, index) => index % 101 === 0);
    for (const bytes of altered) {
      const { code } = await rejection(openBackup(bytes, { passphrase }), [utf8('content of a backup')]);
      expect(['backup-malformed', 'backup-refused']).toContain(code);
    }
    using opened = await openBackup(envelope, { key });
    expect(opened.equals(content)).toBe(true);
  });
});

describe('the content of a backup', () => {
  const bytes = (length: number): fc.Arbitrary<Uint8Array> =>
    fc.uint8Array({ minLength: length, maxLength: length });
  const keys = fc.array(fc.record({ check: bytes(32), sealed: fc.uint8Array({ maxLength: 50 }) }), {
    maxLength: 5,
  });

  it('round-trips, and is malformed in any other form: cut, longer, with a count that lies, random', () => {
    fc.assert(
      fc.property(bytes(32), fc.uint8Array({ maxLength: 80 }), keys, (secret, keyset, keys) => {
        using wrappingKey = SecretBytes.copyOf(secret);
        using encoded = encodeBackupContent({ wrappingKey, keyset, keys });
        const decoded = decodeBackupContent(encoded);
        expect(decoded.wrappingKey.equals(secret)).toBe(true);
        expect({ keyset: decoded.keyset, keys: decoded.keys }).toEqual({ keyset, keys });
        const whole = encoded.expose((all) => all.slice());
        for (const altered of [
          ...cuts(whole),
          Uint8Array.of(...whole, 0),
          Uint8Array.of(2, ...whole.subarray(1)),
        ]) {
          using secret = SecretBytes.copyOf(altered);
          expect(refusal(() => decodeBackupContent(secret)).code).toBe('backup-malformed');
        }
      }),
      { numRuns: 20 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (random) => {
        fc.pre(random[0] !== 1);
        using secret = SecretBytes.copyOf(random);
        expect(refusal(() => decodeBackupContent(secret)).code).toBe('backup-malformed');
      }),
    );
    const lies = new Uint8Array(45).fill(0xff);
    lies.set([1]);
    lies.fill(0, 33, 37);
    expect(refusal(() => decodeBackupContent(SecretBytes.copyOf(lies))).code).toBe('backup-malformed');
  });

  it('is refused where its keys are not those of its keyset', async () => {
    const { keyset } = await used();
    const backup = await keyset.backup({ key });
    using opened = await openBackup(backup, { key });
    const { wrappingKey, keyset: document, keys } = decodeBackupContent(opened);
    const place = await keysetPlace();
    const tries: [typeof keys, string][] = [
      [keys.slice(1), 'backup-malformed'],
      [keys.toReversed(), 'backup-malformed'],
      [keys.map((one) => ({ ...one, check: new Uint8Array(32) })), 'key-exists'],
    ];
    for (const [changed, code] of tries) {
      using content = encodeBackupContent({ wrappingKey, keyset: document, keys: changed });
      const sealed = await sealBackup(content, { key });
      expect((await rejection(restoreKeyset(sealed, { ...place, from: { key } }))).code).toBe(code);
    }
    expect(await place.store.read()).toBe(undefined);
  });
});
