import {
  keysetFile,
  openKeyFile,
  openKeyset,
  SecretBytes,
  toHex,
  utf8,
} from '@bitcoin-enterprise/crypto-core';

/**
 * Seals with the keyset given as arguments (key file, keyset file, purpose), prints each envelope, rotates, destroys every
 * fourth generation and prints its number, until it is killed.
 */
const [keyPath = '', path = '', purpose = ''] = process.argv.slice(2);
const passphrase = SecretBytes.fromUtf8('correct horse battery staple');
const provider = await openKeyFile(keyPath, { passphrase });
const keyset = await openKeyset({ provider, store: keysetFile(path), purpose });
for (;;) {
  const envelope = await keyset.seal(utf8('kept'), { context: 'c' });
  process.stdout.write(`sealed ${toHex(envelope)}\n`);
  const number = await keyset.rotate();
  process.stdout.write(`rotated ${number}\n`);
  if (number % 4 !== 0) continue;
  await keyset.destroy(number - 2);
  process.stdout.write(`destroyed ${number - 2}\n`);
}
