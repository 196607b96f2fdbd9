import {
  describeRecipients,
  openAs,
  RecipientKey,
  type RecipientPublicKey,
  seal,
  sealTo,
  SecretBytes,
  utf8,
} from '@bitcoin-enterprise/crypto-core';
import { describe, expect, it } from 'vitest';
import { headerMac } from '../src/recipient/header-mac.ts';
import { encodeMacInput, parseRecipientHeader, type Stanza } from '../src/recipient/recipient-header.ts';
import { sealFileKey } from '../src/recipient/stanza.ts';
import { refusal } from './refusal.ts';

const context = 'c';
const [alice, bob, eve] = (['x25519', 'p256', 'x25519'] as const).map((type) => RecipientKey.generate(type));
if (alice === undefined || bob === undefined || eve === undefined) throw new Error('three keys');
const sealed = sealTo([alice.publicKey, bob.publicKey], utf8('x'), { context });
const parsed = parseRecipientHeader(sealed);
const body = sealed.subarray(parsed.length);
const [toAlice, toBob] = parsed.stanzas;
if (toAlice === undefined || toBob === undefined) throw new Error('two stanzas');

function opensTo(key: RecipientKey, file: Uint8Array): string {
  using opened = openAs(key, file, { context });
  return opened.expose((bytes) => new TextDecoder().decode(bytes));
}

/** The file with other recipients, under the MAC that it had. */
const withStanzas = (stanzas: readonly Stanza[], mac = parsed.mac): Uint8Array =>
  Buffer.concat([encodeMacInput('envelope', stanzas), mac, body]);

/** What somebody who chose the file key can make. */
function forge(fileKey: SecretBytes, stanzas: readonly Stanza[], text = 'x'): Uint8Array {
  const macInput = encodeMacInput('envelope', stanzas);
  const envelope = seal(fileKey, utf8(text), { keyId: 'file-key', context });
  return Buffer.concat([macInput, headerMac(fileKey, macInput, context), envelope]);
}

const codeFor = (key: RecipientKey, file: Uint8Array): string =>
  refusal(() => openAs(key, file, { context })).code;
const stanzaFor = (recipient: RecipientPublicKey, fileKey: SecretBytes): Stanza =>
  sealFileKey(recipient, fileKey, context);

describe('without the file key nobody', () => {
  it('drops, reorders or adds a recipient', () => {
    using otherKey = SecretBytes.random(32);
    const files = [
      withStanzas([toAlice]),
      withStanzas([toBob]),
      withStanzas([toBob, toAlice]),
      withStanzas([toAlice, toBob, stanzaFor(eve.publicKey, otherKey)]),
      withStanzas([toAlice, toBob, { suiteId: 200, keyId: new Uint8Array(16), payload: Uint8Array.of(1) }]),
    ];
    for (const file of files) {
      for (const key of [alice, bob, eve]) expect(codeFor(key, file)).toBe('recipients-refused');
    }
    expect(opensTo(alice, withStanzas([toAlice, toBob]))).toBe('x');
  });

  it('gives a recipient the entry of another, of another file or of another type', () => {
    const other = parseRecipientHeader(
      sealTo([alice.publicKey, bob.publicKey], utf8('y'), { context }),
    ).stanzas;
    const [otherAlice] = other;
    if (otherAlice === undefined) throw new Error('a stanza');
    const files = [
      withStanzas([otherAlice, toBob]),
      withStanzas(other),
      withStanzas([{ ...toAlice, payload: toBob.payload }, toBob]),
      withStanzas([{ ...toAlice, suiteId: toBob.suiteId }, toBob]),
      withStanzas([{ ...toAlice, keyId: eve.publicKey.bytes.subarray(0, 16) }, toBob]),
    ];
    for (const file of files) {
      for (const key of [alice, bob, eve]) expect(codeFor(key, file)).toBe('recipients-refused');
    }
  });

  it('puts a body under the header of another file, or says that it is a stream', () => {
    const other = sealTo([alice.publicKey, bob.publicKey], utf8('y'), { context });
    const { headerLength } = describeRecipients(other);
    const mixed = Buffer.concat([sealed.subarray(0, parsed.length), other.subarray(headerLength)]);
    const asStream = sealed.slice();
    asStream[5] = 2;
    for (const file of [mixed, asStream]) {
      for (const key of [alice, bob]) expect(codeFor(key, file)).toBe('recipients-refused');
    }
  });
});

describe('the same entry', () => {
  it('cannot stand there twice', () => {
    const twice = withStanzas([toAlice, toBob, toAlice]);
    const error = refusal(() => openAs(alice, twice, { context }));
    expect(error.code).toBe('recipients-malformed');
    expect(error.message).toContain('twice');
    const sameName = withStanzas([toAlice, { ...toAlice, payload: Uint8Array.of(1) }]);
    expect(codeFor(alice, sameName)).toBe('recipients-malformed');
  });
});

describe('whoever seals', () => {
  it('cannot keep one recipient out with the entry of another', () => {
    using fileKey = SecretBytes.random(32);
    const keyId = Buffer.from(bob.publicKey.keyId, 'hex');
    const others: Stanza[] = [
      { suiteId: 2, keyId, payload: new Uint8Array(113).fill(4) },
      { suiteId: 2, keyId, payload: Uint8Array.of(1) },
      { suiteId: 1, keyId, payload: new Uint8Array(4096) },
      { suiteId: 99, keyId: new Uint8Array(16), payload: new Uint8Array(4096) },
    ];
    for (const other of others) {
      for (const stanzas of [
        [stanzaFor(alice.publicKey, fileKey), other],
        [other, stanzaFor(alice.publicKey, fileKey)],
      ]) {
        const file = forge(fileKey, stanzas);
        expect(opensTo(alice, file)).toBe('x');
        expect(codeFor(bob, file)).toBe('recipients-refused');
      }
    }
    const unknown = forge(fileKey, [stanzaFor(alice.publicKey, fileKey), ...others.slice(3)]);
    expect(describeRecipients(unknown).recipients[1]).toEqual({ type: 'unknown', keyId: '00'.repeat(16) });
  });

  it('cannot give two recipients different keys, and so different plaintexts', () => {
    using first = SecretBytes.random(32);
    using second = SecretBytes.random(32);
    const stanzas = [stanzaFor(alice.publicKey, first), stanzaFor(bob.publicKey, second)];
    expect(opensTo(alice, forge(first, stanzas, 'yes'))).toBe('yes');
    expect(codeFor(bob, forge(first, stanzas, 'yes'))).toBe('recipients-refused');
    expect(opensTo(bob, forge(second, stanzas, 'no'))).toBe('no');
    expect(codeFor(alice, forge(second, stanzas, 'no'))).toBe('recipients-refused');
  });

  it('cannot give a recipient a file key of another length, or none that opens', () => {
    using fileKey = SecretBytes.random(32);
    const right = stanzaFor(alice.publicKey, fileKey);
    for (const length of [0, 16, 31, 33, 64]) {
      const stanza = stanzaFor(alice.publicKey, SecretBytes.takeFrom(new Uint8Array(length)));
      expect(codeFor(alice, forge(fileKey, [stanza]))).toBe('recipients-refused');
    }
    const lowOrder = { ...right, payload: Uint8Array.from(right.payload).fill(0, 0, 32) };
    expect(codeFor(alice, forge(fileKey, [lowOrder]))).toBe('recipients-refused');
    const offCurve = { ...stanzaFor(bob.publicKey, fileKey), payload: new Uint8Array(113).fill(4, 0, 1) };
    expect(codeFor(bob, forge(fileKey, [offCurve]))).toBe('recipients-refused');
  });

  // A recipient has the file key: the MAC cannot tell them from the one who sealed. The README says so.
  it('cannot be told from a recipient who seals again under the same file key', () => {
    using fileKey = SecretBytes.random(32);
    const again = forge(
      fileKey,
      [stanzaFor(bob.publicKey, fileKey), stanzaFor(eve.publicKey, fileKey)],
      'again',
    );
    expect(opensTo(bob, again)).toBe('again');
    expect(opensTo(eve, again)).toBe('again');
  });
});
