import type { ConformanceSuite } from '../suite.ts';
import { isAcceptedEcdsa } from './wycheproof/ecdsa-acceptance.ts';
import { signatureCases } from './wycheproof/signature-cases.ts';

const FILE = 'crypto-core/wycheproof/ecdsa_secp256k1_sha256_bitcoin_test.json';

export const suite: ConformanceSuite = {
  source: 'Wycheproof',
  files: [FILE],
  cases: (files) => signatureCases(files.get(FILE) ?? '', 'uncompressed', isAcceptedEcdsa),
};
