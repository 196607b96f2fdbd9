import { verifyEd25519 } from '@bitcoin-enterprise/crypto-core';
import type { ConformanceSuite } from '../suite.ts';
import { signatureCases } from './wycheproof/signature-cases.ts';

const FILE = 'crypto-core/wycheproof/ed25519_test.json';

export const suite: ConformanceSuite = {
  source: 'Wycheproof',
  files: [FILE],
  cases: (files) => signatureCases(files.get(FILE) ?? '', 'pk', verifyEd25519),
};
