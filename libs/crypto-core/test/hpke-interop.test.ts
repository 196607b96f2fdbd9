import type { webcrypto } from 'node:crypto';
import { SecretBytes, toHex, utf8 } from '@bitcoin-enterprise/crypto-core';
import {
  Aes128Gcm,
  Aes256Gcm,
  CipherSuite,
  DhkemP256HkdfSha256,
  DhkemX25519HkdfSha256,
  HkdfSha256,
  HkdfSha384,
  HkdfSha512,
} from '@hpke/core';
import { describe, expect, it } from 'vitest';
import {
  AES_128_GCM,
  AES_256_GCM,
  DHKEM_P256_HKDF_SHA256,
  DHKEM_X25519_HKDF_SHA256,
  HKDF_SHA256,
  HKDF_SHA384,
  HKDF_SHA512,
  openSingleShot,
  sealSingleShot,
  setupRecipient,
  setupSender,
} from '../src/hpke.ts';

const kems = [
  { ours: DHKEM_X25519_HKDF_SHA256, theirs: () => new DhkemX25519HkdfSha256() },
  { ours: DHKEM_P256_HKDF_SHA256, theirs: () => new DhkemP256HkdfSha256() },
];
const kdfs = [
  { ours: HKDF_SHA256, theirs: () => new HkdfSha256() },
  { ours: HKDF_SHA384, theirs: () => new HkdfSha384() },
  { ours: HKDF_SHA512, theirs: () => new HkdfSha512() },
];
const aeads = [
  { ours: AES_128_GCM, theirs: () => new Aes128Gcm() },
  { ours: AES_256_GCM, theirs: () => new Aes256Gcm() },
];
const suites = kems.flatMap((kem) => kdfs.flatMap((kdf) => aeads.map((aead) => ({ kem, kdf, aead }))));

const bytesOf = (buffer: ArrayBufferLike): Uint8Array => new Uint8Array(buffer);
function shown(opened: SecretBytes): Uint8Array {
  using own = opened;
  return own.expose((bytes) => bytes.slice());
}

describe('HPKE and @hpke/core', () => {
  it.each(suites)(
    'open what the other sealed: $kem.ours.name, $kdf.ours.name, $aead.ours.name',
    async ({ kem, kdf, aead }) => {
      const suite = new CipherSuite({ kem: kem.theirs(), kdf: kdf.theirs(), aead: aead.theirs() });
      const ikm = [1, 2].map((fill) => new Uint8Array(32).fill(fill));
      const [ours, ourSender] = ikm.map((bytes) => kem.ours.deriveKeyPair(SecretBytes.copyOf(bytes)));
      const [theirs, theirSender] = (await Promise.all(
        ikm.map((bytes) => suite.kem.deriveKeyPair(new Uint8Array(bytes).buffer)),
      )) as webcrypto.CryptoKeyPair[];
      if (!ours || !ourSender || !theirs || !theirSender) throw new Error('two key pairs each');
      const serialised = await suite.kem.serializePublicKey(theirs.publicKey);
      expect(toHex(bytesOf(serialised))).toBe(toHex(ours.publicKey.bytes));

      const [info, aad, plaintext] = [utf8('info'), utf8('aad'), utf8('plaintext')];
      const psk = { id: utf8('psk'), key: new Uint8Array(32).fill(3) };
      for (const withPsk of [false, true]) {
        for (const withSender of [false, true]) {
          const options = {
            ...{ kdf: kdf.ours, aead: aead.ours, info, aad },
            ...(withPsk && { psk: { id: psk.id, secret: SecretBytes.copyOf(psk.key) } }),
          };
          const common = { info, ...(withPsk && { psk }) };

          const sender = await suite.createSenderContext({
            ...common,
            recipientPublicKey: theirs.publicKey,
            ...(withSender && { senderKey: theirSender }),
          });
          const ciphertext = bytesOf(await sender.seal(plaintext, aad));
          const message = { encapsulatedKey: bytesOf(sender.enc), ciphertext };
          const recipientOptions = {
            ...options,
            ...(withSender && { senderPublicKey: ourSender.publicKey }),
          };
          expect(shown(openSingleShot(ours, message, recipientOptions))).toEqual(plaintext);
          using received = setupRecipient(ours, message.encapsulatedKey, recipientOptions);
          expect(shown(received.exportSecret(utf8('exporter'), 48))).toEqual(
            bytesOf(await sender.export(utf8('exporter'), 48)),
          );

          const senderOptions = { ...options, ...(withSender && { senderKey: ourSender }) };
          const sealed = sealSingleShot(ours.publicKey, plaintext, senderOptions);
          const recipient = await suite.createRecipientContext({
            ...common,
            recipientKey: theirs,
            enc: sealed.encapsulatedKey,
            ...(withSender && { senderPublicKey: theirSender.publicKey }),
          });
          expect(bytesOf(await recipient.open(sealed.ciphertext, aad))).toEqual(plaintext);
        }
      }
    },
  );

  it('count messages alike', async () => {
    const suite = new CipherSuite({
      kem: new DhkemX25519HkdfSha256(),
      kdf: new HkdfSha256(),
      aead: new Aes256Gcm(),
    });
    const theirs = (await suite.kem.generateKeyPair()) as webcrypto.CryptoKeyPair;
    const publicKey = DHKEM_X25519_HKDF_SHA256.importPublicKey(
      bytesOf(await suite.kem.serializePublicKey(theirs.publicKey)),
    );
    const info = utf8('info');
    const { encapsulatedKey, context } = setupSender(publicKey, {
      kdf: HKDF_SHA256,
      aead: AES_256_GCM,
      info,
    });
    const recipient = await suite.createRecipientContext({
      recipientKey: theirs,
      enc: encapsulatedKey,
      info,
    });
    for (let count = 0; count < 300; count += 1) {
      expect(bytesOf(await recipient.open(context.seal(Uint8Array.of(count & 0xff))))).toEqual(
        Uint8Array.of(count & 0xff),
      );
    }
  });
});
