import { createHmac } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  keysetFile,
  openKeyFile,
  openKeyset,
  SecretBytes,
  toHex,
  utf8,
} from '@bitcoin-enterprise/crypto-core';
import { expect, it } from 'vitest';
import { temporaryFolder } from './temporary-folder.ts';

// Fixed by this library itself: another reading would lose what a user keeps in a file of an earlier version.
const KEY_FILE = `{
  "format": "bitcoin-enterprise/key-file",
  "version": 1,
  "kdf": {
    "name": "pbkdf2-hmac-sha256",
    "iterations": 600000,
    "salt": "35c8336b0d01ccd5de20afac46bb6d0f"
  },
  "sealed": "${[
    '424553450101086b65792d66696c65c009dae47b06044e879ff2c51b05d08c2b5acac056b898f70d4b7f8e9ca983bb',
    'aad801f59f5f80aa4301a2f80d64c7dadb0edec5b2c671c1275c497d45c0c323c93516470edd16cc72f608653222574',
    'd6a2749a288711567f26ddd2979a7061a526e3d6519a6b6cda1382f581814e761d978c03669e351d2551477e702f5b1',
    'e9e2a96acffbbf4fbaaa0e09efa3512e01d1eb1bcfba3346607e378e17cee060a54c211fae5b29c3faf00b8ed267570',
    '06ff6da5688d7966448d38ec4d41972ad5642d147ec346a6f',
  ].join('')}"
}
`;

const KEYSET = `{
  "format": "bitcoin-enterprise/keyset",
  "formatVersion": 1,
  "purpose": "customer-pii",
  "version": 4,
  "integrityKeyId": "a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1",
  "generations": [
    {
      "number": 1,
      "keyId": "01010101010101010101010101010101",
      "state": "rotated"
    },
    {
      "number": 2,
      "keyId": "02020202020202020202020202020202",
      "state": "primary"
    }
  ],
  "mac": "3aa22038079bbeddf571f16fc46745a77a6db5ab6c61741bac4bd3ce0e3c93c7"
}
`;

it('opens a key file and a keyset as they were published', async () => {
  const folder = await temporaryFolder();
  const [keys, path] = [join(folder, 'keys.json'), join(folder, 'pii.keyset')];
  await writeFile(keys, KEY_FILE);
  await writeFile(path, KEYSET);
  const passphrase = SecretBytes.fromUtf8('correct horse battery staple');
  await using provider = await openKeyFile(keys, { passphrase });
  expect(await provider.list()).toEqual([
    { id: 'a1'.repeat(16), label: 'seal', algorithm: 'HMAC-SHA-256', exportable: true, state: 'usable' },
    { id: 'b2'.repeat(16), label: 'sign', algorithm: 'Ed25519', exportable: false, state: 'usable' },
  ]);
  using output = await provider.expand('a1'.repeat(16), utf8('info'), 32);
  const hmac = createHmac('sha256', Buffer.alloc(32, 0x11)).update('info').update(Buffer.of(1));
  expect(output.expose(toHex)).toBe(hmac.digest('hex'));
  expect(toHex(await provider.publicKey('b2'.repeat(16)))).toBe(
    'a09aa5f47a6759802ff955f8dc2d2a14a5c99d23be97f864127ff9383455a4f0',
  );
  const keyset = await openKeyset({ store: keysetFile(path), provider, purpose: 'customer-pii' });
  expect(keyset.generations.map(({ state }) => state)).toEqual(['rotated', 'primary']);
});
