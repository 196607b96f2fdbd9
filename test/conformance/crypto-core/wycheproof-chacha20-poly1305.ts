import type { ConformanceSuite } from '../suite.ts';
import { aeadCases } from './wycheproof/aead-cases.ts';

const FILE = 'crypto-core/wycheproof/chacha20_poly1305_test.json';

export const suite: ConformanceSuite = {
  source: 'Wycheproof',
  files: [FILE],
  cases: (files) => aeadCases(files.get(FILE) ?? '', 'ChaCha20-Poly1305'),
};
