import {
  CryptoPolicy,
  DEFAULT_POLICY_DOCUMENT,
  isCryptoError,
  SUITE_NAMES,
} from '@bitcoin-enterprise/crypto-core';
import type { FuzzTarget } from '@bitcoin-enterprise/tools/fuzz';
import { expectSame, texts } from './input/bytes.ts';

const smallest = {
  ...DEFAULT_POLICY_DOCUMENT,
  vocabulary: { sensitivity: ['any'], compliance: [], threat: [] },
  rules: [],
};

export const target: FuzzTarget<CryptoPolicy> = {
  seeds: texts(JSON.stringify(DEFAULT_POLICY_DOCUMENT), JSON.stringify(smallest)),
  dictionary: texts(
    ...SUITE_NAMES,
    ...[
      '"__proto__":',
      '"constructor":',
      '"when":',
      '"seal":',
      '"accept":',
      '"suites":',
      '"minimumVersion":',
    ],
    ...[
      '"rules":',
      '"otherwise":',
      '"vocabulary":',
      '"name":',
      '"sensitivityAtLeast":',
      '"threat":',
      'null',
      'true',
    ],
    ...['[]', '{}', '""', '\\u0000', '1e999', '255', '256', '"otherwise"', ','],
  ),
  maxLength: 2_048,
  isRefusal: isCryptoError,
  decode: (input) => CryptoPolicy.parse(Buffer.from(input).toString('utf8')),
  check: (policy) => {
    const text = JSON.stringify(policy);
    expectSame(JSON.stringify(CryptoPolicy.parse(text)), text, 'the policy written again');
    for (const sensitivity of policy.toJSON().vocabulary.sensitivity) {
      const { seal, accept } = policy.decide({ sensitivity });
      if (!accept.suites.includes(seal)) throw new Error('the policy seals what it does not open');
    }
  },
};
