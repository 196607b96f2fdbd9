import { describe, expect, it } from 'vitest';
import {
  envelopeKey,
  openStream,
  RecipientPublicKey,
  RecipientKey,
  sealStream,
  SecretBytes,
} from '../src/index.ts';
import {
  decodeTranscriptRecord,
  ElligatorSwiftKey,
  encodeTranscriptRecord,
  randomSecretScalar,
  Transcript,
  type TranscriptEntry,
} from '../src/secp256k1.ts';
import { allPieces } from './all-pieces.ts';

/**
 * `Buffer.prototype.slice` is a view where `Uint8Array.prototype.slice` is a copy: what is kept of a caller's Buffer must
 * not change with it.
 */
describe("a caller's Buffer that is used again", () => {
  it('leaves a stream that is read from it in pieces of 16 bytes as it is', async () => {
    using secret = SecretBytes.random(32);
    const key = envelopeKey(secret, 'k');
    const sealed = Buffer.concat(await allPieces(sealStream(key, [new Uint8Array(1000)], { context: 'c' })));
    function* pieces(): Iterable<Uint8Array> {
      const room = Buffer.alloc(16);
      for (let at = 0; at < sealed.length; at += 16) yield room.subarray(0, sealed.copy(room, 0, at));
    }
    const opened = await allPieces(openStream(key, pieces(), { context: 'c' }));
    expect(Buffer.concat(opened)).toEqual(Buffer.alloc(1000));
  });

  it('leaves the public keys that were made from it as they are', () => {
    const { publicKey } = RecipientKey.generate('x25519');
    const bytes = Buffer.from(publicKey.bytes);
    const recipient = RecipientPublicKey.fromBytes('x25519', bytes);
    using secret = randomSecretScalar();
    const encoding = Buffer.from(ElligatorSwiftKey.fromSecret(secret).publicKey);
    const key = ElligatorSwiftKey.fromSecret(secret, encoding);
    const before = [recipient.bytes, key.publicKey].map((part) => Buffer.from(part).toString('hex'));
    bytes.fill(0);
    encoding.fill(0);
    expect([recipient.bytes, key.publicKey].map((part) => Buffer.from(part).toString('hex'))).toEqual(before);
  });

  it('leaves a transcript record that was read from it as it is', () => {
    const entries: TranscriptEntry[] = [];
    const options = { protocol: 'test', version: 1 };
    const transcript = Transcript.start({ ...options, onEntry: (entry) => entries.push(entry) });
    const data = Buffer.from('the statement');
    transcript.appendMessage('m', data);
    data.fill(0);
    const file = Buffer.from(encodeTranscriptRecord({ ...options, entries }));
    const record = decodeTranscriptRecord(file);
    file.fill(0);
    expect(record.entries).toMatchObject([
      { kind: 'message', data: Uint8Array.from(Buffer.from('the statement')) },
    ]);
  });
});
