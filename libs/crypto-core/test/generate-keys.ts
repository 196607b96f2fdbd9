import { openKeyFile, SecretBytes } from '@bitcoin-enterprise/crypto-core';

/** Makes ten keys in the key file given as argument and prints the id of each. */
const passphrase = SecretBytes.fromUtf8('correct horse battery staple');
await using provider = await openKeyFile(process.argv[2] ?? '', { passphrase });
for (let count = 0; count < 10; count += 1) {
  const { id } = await provider.generate({ algorithm: 'HMAC-SHA-256', label: 'there' });
  process.stdout.write(`${id}\n`);
}
