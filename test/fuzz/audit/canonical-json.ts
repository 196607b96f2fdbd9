import { canonicalJson, isLogError, parseCanonicalJson, type EventValue } from '@bitcoin-enterprise/audit';
import type { FuzzTarget } from '@bitcoin-enterprise/tools/fuzz';

const SEEDS = [
  '{"amountSat":{"$int":"-125000"},"hash":{"$hex":"00ff"},"list":[1,-0.5,1e+21,null,true,"ä\\u0001"]}',
  '[]',
  '"\\\\\\""',
  '{"a":{"b":{"c":[[[]]]}}}',
];

export const target: FuzzTarget<EventValue> = {
  seeds: SEEDS.map((text) => Buffer.from(text)),
  dictionary: [
    '{"$int":"',
    '{"$hex":"',
    '"$',
    '\\u',
    '\\ud800',
    '1e',
    '-0',
    '__proto__',
    '"toString"',
    ',',
    ':',
  ].map((part) => Buffer.from(part)),
  maxLength: 512,
  isRefusal: isLogError,
  decode: (input) => parseCanonicalJson(input),
  check: (value, input) => {
    if (canonicalJson(value) !== Buffer.from(input).toString())
      throw new Error('another text is the same value');
  },
};
