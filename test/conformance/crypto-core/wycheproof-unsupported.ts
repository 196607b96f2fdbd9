import type { ConformanceCase, ConformanceSuite } from '../suite.ts';

/** What the library does not do, by file, and why. */
const REASONS: Readonly<Record<string, string>> = {
  'crypto-core/wycheproof/aes_gcm_siv_test.json':
    'AES-GCM-SIV is not offered: every message has a key of its own, so that no nonce can repeat',
  'crypto-core/wycheproof/aes_siv_cmac_test.json':
    'AES-SIV is not offered: every message has a key of its own, so that no nonce can repeat',
  'crypto-core/wycheproof/aes_kwp_test.json':
    'AES key wrap with padding is not offered: keys are wrapped in committing envelopes',
  'crypto-core/wycheproof/aes_wrap_test.json':
    'AES key wrap is not offered: keys are wrapped in committing envelopes',
  'crypto-core/wycheproof/json_web_crypto_test.json': 'JOSE is not offered: tokens are not of this library',
  'crypto-core/wycheproof/json_web_encryption_test.json':
    'JOSE is not offered: tokens are not of this library',
  'crypto-core/wycheproof/json_web_key_test.json': 'JOSE is not offered: tokens are not of this library',
};

interface WycheproofFile {
  readonly testGroups: readonly { readonly tests?: readonly unknown[] }[];
}

export const suite: ConformanceSuite = {
  source: 'Wycheproof',
  files: Object.keys(REASONS),
  *cases(files): Iterable<ConformanceCase> {
    for (const [file, text] of files) {
      const { testGroups } = JSON.parse(text) as WycheproofFile;
      for (const [index] of testGroups.flatMap((group) => group.tests ?? [group]).entries()) {
        yield { name: `${file} ${index}`, skip: REASONS[file] ?? file };
      }
    }
  },
};
