import { isCryptoError, SecretBytes } from '@bitcoin-enterprise/crypto-core';
import type { FuzzTarget } from '@bitcoin-enterprise/tools/fuzz';
import { behindExports } from '../behind-exports.ts';
import { expectSame, latin1, markedSecret, texts } from './input/bytes.ts';
import { headers, passphraseFile } from './input/passphrase-file.ts';
import { markedKey, PLAINTEXT } from './input/sealed-target.ts';

type Format = Parameters<typeof passphraseFile.parsePassphraseFile>[0];
const { KEYSTORE_FORMAT: format } = (await behindExports('crypto-core', 'keystore/sealed-keystore.ts')) as {
  readonly KEYSTORE_FORMAT: Format;
};
const { encodePassphraseFile, parsePassphraseFile, sealPassphraseFile, unsealPassphraseFile } =
  passphraseFile;

const fileKey = markedKey('file key');
const content = SecretBytes.copyOf(PLAINTEXT);
const seeds = headers.map((header) => sealPassphraseFile(format, { fileKey, header, content }));

/** The text of a file, and its content under a key that no passphrase had to be derived for. */
export const target: FuzzTarget<ReturnType<typeof parsePassphraseFile>> = {
  seeds: texts(...seeds),
  dictionary: texts(
    ...[
      '"format"',
      '"version"',
      '"kdf"',
      '"name"',
      '"salt"',
      '"sealed"',
      '"argon2id"',
      '"scrypt"',
      '"pbkdf2-hmac-sha256"',
    ],
    ...[
      '"memoryKiB"',
      '"passes"',
      '"parallelism"',
      '"log2N"',
      '"iterations"',
      '1e9',
      '-0',
      '19456.0',
      '__proto__',
      '\n',
    ],
  ),
  secrets: [markedSecret('file key'), PLAINTEXT],
  isRefusal: isCryptoError,
  decode: (input) => parsePassphraseFile(format, latin1(input)),
  check: (file, input) => {
    const text = latin1(input);
    expectSame(encodePassphraseFile(format, file), text, 'the file written again');
    using opened = unsealed(file);
    if (opened !== undefined && !seeds.includes(text)) throw new Error('an altered file opens');
  },
};

/** Undefined where the sealed part is refused, in either of the two ways. */
function unsealed(file: ReturnType<typeof parsePassphraseFile>): SecretBytes | undefined {
  try {
    return unsealPassphraseFile(format, fileKey, file);
  } catch (error) {
    if (isCryptoError(error) && error.code === 'keystore-malformed') return undefined;
    throw error;
  }
}
