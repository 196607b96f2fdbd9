import type { ConformanceSuite } from '../suite.ts';
import { aeadCases } from './wycheproof/aead-cases.ts';

const FILE = 'crypto-core/wycheproof/aes_gcm_test.json';

export const suite: ConformanceSuite = {
  source: 'Wycheproof',
  files: [FILE],
  cases: (files) => aeadCases(files.get(FILE) ?? '', 'AES-256-GCM'),
};
