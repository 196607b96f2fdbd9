import { describeEnvelope, openKeystore, SecretBytes } from '@bitcoin-enterprise/crypto-core';

/** Rotates one context of the key store given as argument and prints each generation that it reached, until it is killed. */
const passphrase = SecretBytes.fromUtf8('correct horse battery staple');
const keystore = await openKeystore(process.argv[2] ?? '', { passphrase });
for (;;) {
  await keystore.rotate('a');
  const { keyId } = describeEnvelope(keystore.seal(new Uint8Array(), { context: 'a' }));
  process.stdout.write(`${keyId.split('.')[1] ?? ''}\n`);
}
