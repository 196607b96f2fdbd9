import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import {
  createKeyset,
  describeEnvelope,
  type Keyset,
  openKeyset,
  openStream,
  sealStream,
  SecretBytes,
  utf8,
} from '@bitcoin-enterprise/crypto-core';
import { describe, expect, it } from 'vitest';
import { bitFlips, cuts } from './alteration.ts';
import { keysetPlace, reopened } from './keyset-place.ts';
import { expectNoSecret, rejection } from './refusal.ts';

const context = 'iban';

async function clear(keyset: Keyset, envelope: Uint8Array): Promise<string> {
  using plaintext = await keyset.open(envelope, { context });
  return plaintext.expose((bytes) => Buffer.from(bytes).toString());
}

const states = (keyset: Keyset): string[] => keyset.generations.map(({ state }) => state);

describe('a keyset', () => {
  it('seals for a context under its primary and opens in that context alone', async () => {
    const place = await keysetPlace();
    const keyset = await createKeyset(place);
    expect({ version: keyset.version, purpose: keyset.purpose, states: states(keyset) }).toEqual({
      version: 1,
      purpose: 'customer-pii',
      states: ['primary'],
    });
    const envelope = await keyset.seal(utf8('one'), { context });
    expect(describeEnvelope(envelope).keyId).toBe(keyset.generations[0]?.keyId);
    expect(await clear(keyset, envelope)).toBe('one');
    expect((await rejection(keyset.open(envelope, { context: 'other' }))).code).toBe('envelope-refused');
    expect((await rejection(keyset.seal(utf8('x'), { context: '' }))).code).toBe('context-malformed');
    const again = await openKeyset({ ...place, provider: await reopened(place.keyPath) });
    expect(await clear(again, envelope)).toBe('one');
  });

  it('rotates without downtime: readers learn the new key first, and go on to open the old', async () => {
    const place = await keysetPlace();
    const writer = await createKeyset(place);
    const old = await writer.seal(utf8('old'), { context });
    const reader = await openKeyset({ ...place, provider: await reopened(place.keyPath) });
    expect(await writer.addGeneration()).toBe(2);
    expect(states(writer)).toEqual(['primary', 'active']);
    expect(describeEnvelope(await writer.seal(utf8('x'), { context })).keyId).toBe(
      writer.generations[0]?.keyId,
    );
    await reader.refresh();
    expect(states(reader)).toEqual(['primary', 'active']);
    await writer.promote(2);
    expect(states(writer)).toEqual(['rotated', 'primary']);
    const fresh = await writer.seal(utf8('fresh'), { context });
    expect(describeEnvelope(fresh).keyId).toBe(writer.generations[1]?.keyId);
    // The reader has not heard of the promotion, and need not.
    expect(reader.version).toBe(2);
    expect([await clear(reader, old), await clear(reader, fresh)]).toEqual(['old', 'fresh']);
    expect(await clear(reader, await reader.seal(utf8('under the old'), { context }))).toBe('under the old');
  });

  it('looks for a key that it does not know in the store, once, and refuses it where it is not there', async () => {
    const place = await keysetPlace();
    const writer = await createKeyset(place);
    const reader = await openKeyset(place);
    expect(await writer.rotate()).toBe(2);
    expect(await clear(reader, await writer.seal(utf8('new'), { context }))).toBe('new');
    expect(reader.version).toBe(3);
    const other = await createKeyset(await keysetPlace());
    const foreign = await other.seal(utf8('x'), { context });
    expect((await rejection(reader.open(foreign, { context }))).code).toBe('envelope-refused');
  });

  it('refuses what a disabled key sealed until it is enabled, and of a destroyed one for ever', async () => {
    const place = await keysetPlace();
    const keyset = await createKeyset(place);
    const envelope = await keyset.seal(utf8('one'), { context });
    const keyId = keyset.generations[0]?.keyId ?? '';
    expect((await rejection(keyset.disable(1))).code).toBe('key-state-refused');
    expect((await rejection(keyset.destroy(1))).code).toBe('key-state-refused');
    await keyset.rotate();
    await keyset.disable(1);
    expect(await rejection(keyset.open(envelope, { context }))).toMatchObject({
      code: 'key-disabled',
      value: keyId,
    });
    await keyset.enable(1);
    expect(await clear(keyset, envelope)).toBe('one');
    await keyset.destroy(1);
    await keyset.destroy(1);
    expect(states(keyset)).toEqual(['destroyed', 'primary']);
    const later = await openKeyset(place);
    for (const one of [keyset, later]) {
      const error = await rejection(one.open(envelope, { context }));
      expect(error).toMatchObject({ code: 'key-destroyed', value: keyId });
      for (const use of [() => one.enable(1), () => one.promote(1), () => one.disable(1)])
        expect((await rejection(use())).code).toBe('key-destroyed');
    }
    expect((await place.provider.describe(keyId)).state).toBe('destroyed');
    for (const use of [() => keyset.promote(3), () => keyset.disable(0)])
      expect(await rejection(use())).toMatchObject({ code: 'generation-missing', limit: '1 to 2' });
    expect((await rejection(keyset.promote(2))).code).toBe('key-state-refused');
  });

  it('ends a destruction that a crash has cut short, before or after the key was gone', async () => {
    const place = await keysetPlace();
    const keyset = await createKeyset(place);
    const envelope = await keyset.seal(utf8('one'), { context });
    const keyId = keyset.generations[0]?.keyId ?? '';
    await keyset.rotate();
    await place.provider.destroy(keyId);
    expect((await rejection(keyset.open(envelope, { context }))).code).toBe('key-destroyed');
    await keyset.destroy(1);
    expect(states(keyset)).toEqual(['destroyed', 'primary']);
  });

  it('seals under the next primary where another process has destroyed the one that it knew', async () => {
    const place = await keysetPlace();
    const [one, two] = [await createKeyset(place), await openKeyset(place)];
    await two.rotate();
    await two.destroy(1);
    const envelope = await one.seal(utf8('x'), { context });
    expect(describeEnvelope(envelope).keyId).toBe(two.generations[1]?.keyId);
    await place.provider.destroy(two.generations[1]?.keyId ?? '');
    expect((await rejection(one.seal(utf8('x'), { context }))).code).toBe('key-destroyed');
  });

  it('reseals under the primary, so that an old key can go', async () => {
    const keyset = await createKeyset(await keysetPlace());
    const old = await keyset.seal(utf8('kept'), { context });
    await keyset.rotate();
    const moved = await keyset.reseal(old, { from: { context }, to: { context } });
    await keyset.destroy(1);
    expect(await clear(keyset, moved)).toBe('kept');
    const lost = keyset.reseal(old, { from: { context }, to: { context } });
    expect((await rejection(lost)).code).toBe('key-destroyed');
  });

  it('gives its keys to streams', async () => {
    const keyset = await createKeyset(await keysetPlace());
    const source = [utf8('a'.repeat(100_000)), utf8('b')];
    const sealed: Uint8Array[] = [];
    for await (const chunk of sealStream(keyset.primaryKey, source, { context })) sealed.push(chunk);
    await keyset.rotate();
    const opened: Uint8Array[] = [];
    for await (const chunk of openStream(keyset.findKey, sealed, { context })) opened.push(chunk);
    expect(Buffer.concat(opened).toString()).toBe(`${'a'.repeat(100_000)}b`);
  });

  it('loses no change when many are made at once, by one and by several', async () => {
    const place = await keysetPlace();
    const one = await createKeyset(place);
    const two = await openKeyset({ ...place, provider: await reopened(place.keyPath) });
    const envelopes = await Promise.all(
      [one, two, one, two, one, two].map(async (keyset) => {
        await keyset.rotate();
        return await keyset.seal(utf8('x'), { context });
      }),
    );
    const three = await openKeyset(place);
    expect(three.generations.length).toBe(7);
    expect(three.version).toBe(13);
    for (const envelope of envelopes) expect(await clear(three, envelope)).toBe('x');
  });

  it('is refused after every single flipped bit and after every cut', async () => {
    const place = await keysetPlace();
    const keyset = await createKeyset(place);
    await keyset.rotate();
    const bytes = await readFile(place.path);
    const outcomes = { malformed: 0, refused: 0, missing: 0 };
    for (const altered of [...bitFlips(bytes), ...cuts(bytes)]) {
      const store = { ...place.store, read: () => Promise.resolve(altered) };
      const { code } = await rejection(openKeyset({ ...place, store }));
      if (code === 'keyset-malformed') outcomes.malformed += 1;
      else if (code === 'keyset-refused') outcomes.refused += 1;
      else if (code === 'key-missing') outcomes.missing += 1;
      else throw new Error(code);
    }
    expect(outcomes.malformed + outcomes.refused + outcomes.missing).toBe(bytes.length * 9);
    expect(outcomes.refused).toBeGreaterThan(100);
  });

  it('is refused where it is of another purpose, or another provider has to tell', async () => {
    const place = await keysetPlace();
    await createKeyset(place);
    expect(await rejection(openKeyset({ ...place, purpose: 'backups' }))).toMatchObject({
      code: 'keyset-refused',
      value: 'customer-pii',
      limit: 'backups',
    });
    const other = await keysetPlace();
    expect((await rejection(openKeyset({ ...place, provider: other.provider }))).code).toBe('key-missing');
    expect((await rejection(openKeyset(other))).code).toBe('keyset-missing');
    expect((await rejection(createKeyset(place))).code).toBe('keyset-exists');
    const nameless = await rejection(createKeyset({ ...other, purpose: '' }));
    expect(nameless.code).toBe('context-malformed');
    expect(await other.provider.list()).toEqual([]);
  });

  it('shows an old copy put back, to who has it open and to who kept the version', async () => {
    const place = await keysetPlace();
    const keyset = await createKeyset(place);
    const old = await readFile(place.path);
    await keyset.rotate();
    const { version } = keyset;
    const newer = await readFile(place.path);
    await writeFile(place.path, old);
    for (const use of [() => keyset.refresh(), () => keyset.rotate(), () => keyset.disable(1)]) {
      expect(await rejection(use())).toMatchObject({
        code: 'keyset-rolled-back',
        value: 'version 1',
        limit: `version ${version + 1} or later`,
      });
    }
    const pinned = openKeyset({ ...place, minimumVersion: version });
    expect(await rejection(pinned)).toMatchObject({ code: 'keyset-rolled-back', value: 'version 1' });
    expect((await openKeyset({ ...place, minimumVersion: 1 })).version).toBe(1);
    await writeFile(place.path, newer);
    await keyset.refresh();
    await openKeyset({ ...place, minimumVersion: version });
  });

  it('leaves no key behind that no generation names where the store does not take the change', async () => {
    const place = await keysetPlace();
    const keyset = await createKeyset(place);
    const before = await place.provider.list();
    await writeFile(place.path, '{}');
    expect((await rejection(keyset.addGeneration())).code).toBe('keyset-malformed');
    const after = (await place.provider.list()).filter(({ state }) => state === 'usable');
    expect(after).toEqual(before);
  });

  it('says that others change it without a pause, and that it is gone', async () => {
    const place = await keysetPlace();
    const keyset = await createKeyset(place);
    let writes = 0;
    const busy = {
      read: () => place.store.read(),
      replace: () => {
        writes += 1;
        return place.store.replace(utf8('x'), utf8('not there'));
      },
    };
    const unlucky = await openKeyset({ ...place, store: busy });
    expect((await rejection(unlucky.addGeneration())).code).toBe('keyset-changed');
    expect(writes).toBe(16);
    expect((await openKeyset(place)).version).toBe(keyset.version);
    await rm(place.path);
    expect((await rejection(keyset.refresh())).code).toBe('keyset-missing');
    expect((await rejection(openKeyset(place))).code).toBe('keyset-missing');
  });

  it('keeps nothing but names and states in its file, and shows no secret', async () => {
    const place = await keysetPlace();
    const keyset = await createKeyset(place);
    const { keyId = '' } = keyset.generations[0] ?? {};
    using secret = await place.provider.expand(keyId, new Uint8Array(), 32);
    expectNoSecret(keyset, [secret.expose((bytes) => bytes.slice())]);
    const { mac, ...rest } = JSON.parse(await readFile(place.path, 'utf8')) as Record<string, unknown>;
    expect(mac).toMatch(/^[0-9a-f]{64}$/);
    expect(rest).toEqual({
      format: 'bitcoin-enterprise/keyset',
      formatVersion: 1,
      purpose: 'customer-pii',
      version: 1,
      integrityKeyId: rest.integrityKeyId,
      generations: [{ number: 1, keyId, state: 'primary' }],
    });
    expect((await readdir(place.folder)).sort()).toEqual([
      'keys.json',
      'keys.json.lock',
      'pii.keyset',
      'pii.keyset.lock',
    ]);
    using plaintext = SecretBytes.fromUtf8('x');
    await keyset.seal(plaintext, { context });
  });
});
