import assert from 'node:assert/strict';
import { fromHex, toHex } from '@bitcoin-enterprise/crypto-core';
import { EXPORT_ONLY, type HpkeRecipientContext, setupRecipient } from '@bitcoin-enterprise/crypto-core/hpke';
import { type HpkeAlgorithms, type HpkeVector, secretOf } from './hpke-vector.ts';

/** The recipient's context of a vector, once its keys and its shared secret are the published ones. */
export function recipientOf(vector: HpkeVector, { kem, kdf, aead }: HpkeAlgorithms): HpkeRecipientContext {
  const key = kem.importPrivateKey(secretOf(vector.skRm));
  assert.equal(toHex(key.publicKey.bytes), vector.pkRm);
  assert.equal(toHex(kem.deriveKeyPair(secretOf(vector.ikmR)).publicKey.bytes), vector.pkRm);
  const { psk, psk_id: pskId = '', pkSm } = vector;
  const senderPublicKey = pkSm === undefined ? undefined : kem.importPublicKey(fromHex(pkSm));
  if (vector.shared_secret !== undefined) {
    using sharedSecret = key.decapsulate(fromHex(vector.enc), senderPublicKey);
    assert.equal(sharedSecret.expose(toHex), vector.shared_secret);
  }
  return setupRecipient(key, fromHex(vector.enc), {
    kdf,
    aead,
    info: fromHex(vector.info),
    ...(psk === undefined ? {} : { psk: { secret: secretOf(psk), id: fromHex(pskId) } }),
    ...(senderPublicKey === undefined ? {} : { senderPublicKey }),
  });
}

/** Opens the first messages of a vector, up to the first that it leaves out, and compares what it exports. */
export function checkMessagesAndExports(vector: HpkeVector, algorithms: HpkeAlgorithms): void {
  const { encryptions = [], exports = [] } = vector;
  assert.equal(encryptions.length > 0, algorithms.aead !== EXPORT_ONLY);
  assert.ok(exports.length > 0);
  using context = recipientOf(vector, algorithms);
  for (const [index, { aad, pt, ct, seq = index }] of encryptions.entries()) {
    if (seq !== index) break;
    using opened = context.open(fromHex(ct), fromHex(aad));
    assert.equal(opened.expose(toHex), pt);
  }
  for (const { exporter_context: exporterContext, L: length, exported_value: value } of exports) {
    using exported = context.exportSecret(fromHex(exporterContext), length);
    assert.equal(exported.expose(toHex), value);
  }
}

/** Whether a vector has messages that a recipient who has not got the ones before them cannot reach. */
export function hasGaps({ encryptions = [] }: HpkeVector): boolean {
  return encryptions.some(({ seq }, index) => seq !== undefined && seq !== index);
}
