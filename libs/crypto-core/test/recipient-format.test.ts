import { createHmac, type webcrypto } from 'node:crypto';
import {
  describeRecipients,
  fromHex,
  openAs,
  RecipientKey,
  seal,
  sealTo,
  SecretBytes,
  toHex,
  utf8,
} from '@bitcoin-enterprise/crypto-core';
import { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, DhkemX25519HkdfSha256, HkdfSha256 } from '@hpke/core';
import { describe, expect, it } from 'vitest';
import { refusal } from './refusal.ts';

const context = 'customer-pii';
const fileKey = Uint8Array.from({ length: 32 }, (_, index) => index);
const seeds = { x25519: new Uint8Array(32).fill(1), p256: new Uint8Array(32).fill(2) };
const suites = {
  x25519: { id: 1, suite: new CipherSuite({ kem: new DhkemX25519HkdfSha256(), ...kdfAndAead() }) },
  p256: { id: 2, suite: new CipherSuite({ kem: new DhkemP256HkdfSha256(), ...kdfAndAead() }) },
};

function kdfAndAead(): { kdf: HkdfSha256; aead: Aes256Gcm } {
  return { kdf: new HkdfSha256(), aead: new Aes256Gcm() };
}

function recipientKey(type: 'x25519' | 'p256'): RecipientKey {
  return RecipientKey.fromSeed(type, SecretBytes.copyOf(seeds[type]));
}

const join = (...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> =>
  new Uint8Array(Buffer.concat(parts));

function fields(...all: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return join(...all.flatMap((field) => [Uint8Array.of(field.length >> 8, field.length & 0xff), field]));
}

const purpose = (name: string): Uint8Array => utf8(`bitcoin-enterprise/crypto-core/${name}`);

/** A header with @hpke/core and HMAC, from the description of the format alone. */
async function headerByDescription(): Promise<Uint8Array> {
  const stanzas: Uint8Array[] = [];
  for (const type of ['x25519', 'p256'] as const) {
    const { id, suite } = suites[type];
    const recipient = (await suite.kem.deriveKeyPair(seeds[type].slice().buffer)) as webcrypto.CryptoKeyPair;
    const ephemeral = (await suite.kem.deriveKeyPair(
      new Uint8Array(32).fill(id + 10).buffer,
    )) as webcrypto.CryptoKeyPair;
    const keyId = fromHex(recipientKey(type).publicKey.keyId);
    const sender = await suite.createSenderContext({
      recipientPublicKey: recipient.publicKey,
      info: fields(purpose('recipient-stanza/v1'), utf8(context)),
      ekm: ephemeral,
    });
    const aad = fields(purpose('recipient-stanza-aad/v1'), Uint8Array.of(id), keyId);
    const payload = join(new Uint8Array(sender.enc), new Uint8Array(await sender.seal(fileKey, aad)));
    stanzas.push(
      join(Uint8Array.of(id), keyId, Uint8Array.of(payload.length >> 8, payload.length & 0xff), payload),
    );
  }
  const all = join(...stanzas);
  const length = Uint8Array.of(0, 0, all.length >> 8, all.length & 0xff);
  const macInput = join(fromHex('424553520101'), Uint8Array.of(0, 2), length, all);
  const info = fields(purpose('recipients-header/v1'), utf8(context));
  const macKey = createHmac('sha256', fileKey).update(info).update(Uint8Array.of(1)).digest();
  return join(macInput, createHmac('sha256', macKey).update(macInput).digest());
}

// Made by `headerByDescription` from the fixed values above.
const GOLDEN =
  '4245535201010002000000e701939dfd866c37bb66a89d5f672119077200506c9d41164aa9ddda103074f50c8aa364b1' +
  '6c8822f77b91bbf20a96575d187724f418c230005c8e59a34606be5e80e281eb8ae2d4a00a6d0650ca3359b110b4d3aa' +
  '26e7fc8385982d0f9cad3f898e5ca702c5e98653091b868517648a9afdf975be007104a9e8e270745eefa07c80ae994f' +
  'b8c4b31e250681ac4fdab16048d16f6710dca24f74c6fb32f6c078253509a645b90d3605ec25d9ed01ebcc684683cba9' +
  '008f3feb7f2fd1920ebc1fdd78e5bdb8677b8ce96d216d23aba3b3ce97a349fdf5beb07d383fc054b1e5a859e080b8fd' +
  '4832f0acc673b71314c8047af67f886a08e8153e72e181c58cfad14815b0f76936c48f';

describe('the format of what is sealed to recipients', () => {
  const bodyUnder = (key: Uint8Array): Uint8Array =>
    seal(SecretBytes.copyOf(key), utf8('golden plaintext'), { keyId: 'file-key', context });

  it('has the header of its description, byte for byte', async () => {
    expect(toHex(await headerByDescription())).toBe(GOLDEN);
    const sealed = join(fromHex(GOLDEN), bodyUnder(fileKey));
    expect(describeRecipients(sealed).headerLength).toBe(GOLDEN.length / 2);
    for (const type of ['x25519', 'p256'] as const) {
      using opened = openAs(recipientKey(type), sealed, { context });
      expect(opened.equals(utf8('golden plaintext'))).toBe(true);
    }
  });

  it('is opened by an implementation made from the description alone', async () => {
    for (const type of ['x25519', 'p256'] as const) {
      const { id, suite } = suites[type];
      const { publicKey } = recipientKey(type);
      const sealed = sealTo([publicKey], utf8('x'), { context });
      const encapsulatedLength = type === 'x25519' ? 32 : 65;
      const start = 12 + 1 + 16 + 2;
      const recipient = await suite.createRecipientContext({
        recipientKey: (await suite.kem.deriveKeyPair(seeds[type].slice().buffer)) as webcrypto.CryptoKeyPair,
        enc: sealed.slice(start, start + encapsulatedLength),
        info: fields(purpose('recipient-stanza/v1'), utf8(context)),
      });
      const macStart = start + encapsulatedLength + 48;
      const aad = fields(purpose('recipient-stanza-aad/v1'), Uint8Array.of(id), fromHex(publicKey.keyId));
      const key = new Uint8Array(
        await recipient.open(sealed.slice(start + encapsulatedLength, macStart), aad),
      );
      expect(key).toHaveLength(32);
      const info = fields(purpose('recipients-header/v1'), utf8(context));
      const macKey = createHmac('sha256', key).update(info).update(Uint8Array.of(1)).digest();
      const mac = createHmac('sha256', macKey).update(sealed.subarray(0, macStart)).digest('hex');
      expect(toHex(sealed.subarray(macStart, macStart + 32))).toBe(mac);
    }
  });

  const sealed = sealTo([recipientKey('x25519').publicKey, recipientKey('p256').publicKey], utf8('x'), {
    context,
  });
  const withBytes = (at: number, ...bytes: readonly number[]): Uint8Array => {
    const altered = sealed.slice();
    altered.set(bytes, at);
    return altered;
  };
  // 12 bytes, two stanzas of 99 and 132 bytes, 32 bytes.
  it.each([
    { name: 'nothing', bytes: new Uint8Array(), value: '0 bytes', limit: 'at least 12 bytes' },
    { name: 'eleven bytes', bytes: sealed.subarray(0, 11), value: '11 bytes', limit: 'at least 12 bytes' },
    { name: 'another magic', bytes: withBytes(3, 0x53), value: undefined, limit: undefined },
    { name: 'another version', bytes: withBytes(4, 2), value: '2', limit: '1' },
    { name: 'another body', bytes: withBytes(5, 3), value: '3', limit: '1 or 2' },
    { name: 'no recipients', bytes: withBytes(6, 0, 0), value: '0', limit: '1 to 256' },
    { name: 'too many recipients', bytes: withBytes(6, 1, 1), value: '257', limit: '1 to 256' },
    { name: 'fewer recipients than there are', bytes: withBytes(6, 0, 1), value: '2', limit: '1' },
    { name: 'more recipients than there are', bytes: withBytes(6, 0, 3), value: '2', limit: '3' },
    {
      name: 'recipients of 4 GiB',
      bytes: withBytes(8, 255, 255, 255, 255),
      value: '4294967295 bytes',
      limit: '1053440 bytes',
    },
    {
      name: 'recipients past the end',
      bytes: withBytes(8, 0, 1),
      value: `${sealed.length} bytes`,
      limit: '65811 bytes or more',
    },
    {
      name: 'recipients that end inside of one',
      bytes: withBytes(11, 230),
      value: undefined,
      limit: undefined,
    },
    {
      name: 'recipients that end inside of a prefix',
      bytes: withBytes(11, 101),
      value: undefined,
      limit: undefined,
    },
    { name: 'an empty entry', bytes: withBytes(29, 0, 0), value: '0 bytes', limit: '1 to 4096 bytes' },
    {
      name: 'an entry that is too long',
      bytes: withBytes(29, 16, 1),
      value: '4097 bytes',
      limit: '1 to 4096 bytes',
    },
    {
      name: 'a header that is cut',
      bytes: sealed.subarray(0, 274),
      value: '274 bytes',
      limit: '275 bytes or more',
    },
  ])('is told by its structure: $name', ({ bytes, value, limit }) => {
    for (const read of [
      () => describeRecipients(bytes),
      () => openAs(recipientKey('x25519'), bytes, { context }),
    ]) {
      const error = refusal(read);
      expect({ code: error.code, value: error.value, limit: error.limit }).toEqual({
        code: 'recipients-malformed',
        value,
        limit,
      });
    }
  });

  it('is described from its header alone', () => {
    expect(describeRecipients(sealed.subarray(0, 275))).toEqual(describeRecipients(sealed));
  });
});
