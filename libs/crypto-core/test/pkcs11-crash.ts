import { isCryptoError, SecretBytes } from '@bitcoin-enterprise/crypto-core';
import { openPkcs11Provider, Pkcs11Library, type Pkcs11Module } from '@bitcoin-enterprise/crypto-core/pkcs11';
import { openSoftTokens } from '@bitcoin-enterprise/tools/services';

/**
 * Opens the token given as arguments (how to fail, library, label) with the PIN from the standard input, then lets the
 * native module crash; or finds it without a configuration, and prints the code.
 */
const [how = '', path = '', label = ''] = process.argv.slice(2);
const configuration = process.env.SOFTHSM2_CONF ?? '';
const tokens = await openSoftTokens();
if ('lacks' in tokens) throw new Error(tokens.lacks);
process.env.SOFTHSM2_CONF = how === 'unconfigured' ? '/nowhere/softhsm2.conf' : configuration;
const pin = SecretBytes.takeFrom(Buffer.concat(await process.stdin.toArray()));
try {
  const library = Pkcs11Library.open(new tokens.PKCS11() as Pkcs11Module, path);
  await openPkcs11Provider(library, { token: { label }, pin });
  process.stdout.write('opened\n');
  // A library that is none of PKCS #11, used all the same: the module calls what is not there.
  const broken = new tokens.PKCS11() as Pkcs11Module;
  try {
    broken.load(process.platform === 'linux' ? 'libm.so.6' : 'libSystem.dylib');
  } catch {
    broken.C_Initialize({ flags: 0 });
  }
} catch (error) {
  process.stdout.write(`${isCryptoError(error) ? error.code : String(error)}\n`);
}
