import {
  CryptoPolicy,
  DEFAULT_POLICY,
  DEFAULT_POLICY_DOCUMENT,
  type PolicyContext,
  type PolicyDocument,
} from '@bitcoin-enterprise/crypto-core';
import { describe, expect, it } from 'vitest';
import { refusal } from './refusal.ts';

const document: PolicyDocument = {
  format: 'bitcoin-enterprise/crypto-policy/v1',
  name: 'desk',
  vocabulary: {
    sensitivity: ['low', 'middle', 'high'],
    compliance: ['fips-140-3', 'dora'],
    threat: ['shared-caches'],
  },
  rules: [
    {
      name: 'fips',
      when: { compliance: ['fips-140-3'] },
      seal: 'AES-256-GCM',
      accept: { suites: ['AES-256-GCM'], minimumVersion: 1 },
    },
    {
      name: 'high-on-shared',
      when: { sensitivityAtLeast: 'high', threat: ['shared-caches'] },
      seal: 'ChaCha20-Poly1305',
      accept: { suites: ['ChaCha20-Poly1305'], minimumVersion: 1 },
    },
    {
      name: 'middle',
      when: { sensitivityAtLeast: 'middle' },
      seal: 'AES-256-GCM',
      accept: { suites: ['AES-256-GCM', 'ChaCha20-Poly1305'], minimumVersion: 1 },
    },
  ],
  otherwise: { seal: 'XChaCha20-Poly1305', accept: { suites: ['XChaCha20-Poly1305'], minimumVersion: 1 } },
};
const policy = CryptoPolicy.from(document);

describe('a crypto policy', () => {
  it.each<{ context: PolicyContext; rule: string; seal: string }>([
    { context: { sensitivity: 'low' }, rule: 'otherwise', seal: 'XChaCha20-Poly1305' },
    { context: { sensitivity: 'low', compliance: ['dora'] }, rule: 'otherwise', seal: 'XChaCha20-Poly1305' },
    {
      context: { sensitivity: 'low', threat: ['shared-caches'] },
      rule: 'otherwise',
      seal: 'XChaCha20-Poly1305',
    },
    { context: { sensitivity: 'middle' }, rule: 'middle', seal: 'AES-256-GCM' },
    { context: { sensitivity: 'high' }, rule: 'middle', seal: 'AES-256-GCM' },
    {
      context: { sensitivity: 'high', threat: ['shared-caches'] },
      rule: 'high-on-shared',
      seal: 'ChaCha20-Poly1305',
    },
    {
      context: { sensitivity: 'high', threat: ['shared-caches'], compliance: ['dora', 'fips-140-3'] },
      rule: 'fips',
      seal: 'AES-256-GCM',
    },
  ])('decides by the first rule that holds: $rule', ({ context, rule, seal }) => {
    expect(policy.decide(context)).toMatchObject({ policy: 'desk', rule, seal });
  });

  it('explains which rule decided and why the ones before did not', () => {
    const { decision, judgements } = policy.explain({ sensitivity: 'middle', threat: ['shared-caches'] });
    expect(decision.rule).toBe('middle');
    expect(judgements).toEqual([
      { rule: 'fips', holds: false, because: ['compliance has none of fips-140-3'] },
      {
        rule: 'high-on-shared',
        holds: false,
        because: ['sensitivity middle is below high', 'threat has shared-caches'],
      },
      { rule: 'middle', holds: true, because: ['sensitivity middle is at least middle'] },
    ]);
    expect(policy.explain({ sensitivity: 'low' }).judgements.map(({ holds }) => holds)).toEqual([
      false,
      false,
      false,
    ]);
  });

  it('goes through JSON unchanged', () => {
    const again = CryptoPolicy.parse(JSON.stringify(policy));
    expect(again.toJSON()).toEqual(document);
    expect(again.name).toBe('desk');
    expect(CryptoPolicy.parse(JSON.stringify(DEFAULT_POLICY)).toJSON()).toEqual(DEFAULT_POLICY_DOCUMENT);
  });

  it('cannot be changed after it was made', () => {
    const own = structuredClone(document) as { name: string; otherwise: { seal: string } };
    const made = CryptoPolicy.from(own as PolicyDocument);
    own.name = 'other';
    own.otherwise.seal = 'AES-256-GCM';
    expect(made.decide({ sensitivity: 'low' })).toMatchObject({ policy: 'desk', seal: 'XChaCha20-Poly1305' });
    const frozen = (value: unknown): boolean =>
      typeof value !== 'object' ||
      value === null ||
      (Object.isFrozen(value) && Object.values(value).every(frozen));
    expect(frozen(made.toJSON())).toBe(true);
    expect(frozen(made.decide({ sensitivity: 'low' }))).toBe(true);
  });

  it.each<{ context: PolicyContext; value: string; limit: string }>([
    { context: { sensitivity: 'Low' }, value: 'Low', limit: 'low, middle, high' },
    {
      context: { sensitivity: 'low', compliance: ['fips-140'] },
      value: 'fips-140',
      limit: 'fips-140-3, dora',
    },
    { context: { sensitivity: 'low', threat: ['shared-caches', 'x'] }, value: 'x', limit: 'shared-caches' },
  ])('refuses a context in words that it does not know: $value', ({ context, value, limit }) => {
    for (const ask of [() => policy.decide(context), () => policy.explain(context)]) {
      expect(refusal(ask)).toMatchObject({ code: 'policy-context-malformed', value, limit });
    }
  });
});

describe('the default policy', () => {
  it.each<{ context: PolicyContext; rule: string; seal: string; accept: readonly string[] }>([
    {
      context: { sensitivity: 'public' },
      rule: 'otherwise',
      seal: 'AES-256-GCM',
      accept: ['AES-256-GCM', 'ChaCha20-Poly1305', 'XChaCha20-Poly1305'],
    },
    {
      context: { sensitivity: 'restricted', compliance: ['gdpr'] },
      rule: 'restricted',
      seal: 'AES-256-GCM',
      accept: ['AES-256-GCM', 'ChaCha20-Poly1305'],
    },
    {
      context: { sensitivity: 'confidential', threat: ['no-aes-instructions'] },
      rule: 'no-table-look-ups',
      seal: 'ChaCha20-Poly1305',
      accept: ['ChaCha20-Poly1305', 'XChaCha20-Poly1305'],
    },
    {
      context: { sensitivity: 'restricted', compliance: ['fips-140-3'], threat: ['shared-caches'] },
      rule: 'fips-140-3',
      seal: 'AES-256-GCM',
      accept: ['AES-256-GCM'],
    },
  ])('decides by $rule', ({ context, rule, seal, accept }) => {
    expect(DEFAULT_POLICY.decide(context)).toEqual({
      policy: 'default',
      rule,
      seal,
      accept: { suites: accept, minimumVersion: 1 },
    });
  });
});

describe('a policy that is none', () => {
  /** The document with one place changed; `undefined` takes the field away. */
  const changed = (path: string, value: unknown): string => {
    const copy = structuredClone(document) as unknown as Record<string, unknown>;
    const fields = path.split('/');
    const last = fields.pop() ?? '';
    const parent = fields.reduce<Record<string, unknown>>(
      (at, field) => at[field] as Record<string, unknown>,
      copy,
    );
    if (value === undefined) Reflect.deleteProperty(parent, last);
    else parent[last] = value;
    return JSON.stringify(copy);
  };
  const many = (length: number): string[] => Array.from({ length }, (_, index) => `w${index}`);

  it.each<[path: string, value: unknown, problem: RegExp]>([
    ['format', 'bitcoin-enterprise/crypto-policy/v2', /format .* not known/],
    ['format', undefined, /no field format/],
    ['name', '', /name is no word/],
    ['name', 7, /name is no word; given: 7/],
    ['name', 'a'.repeat(65), /name is no word/],
    ['name', '-a', /name is no word/],
    ['comment', 'x', /policy has an unknown field; given: "comment"/],
    ['__proto__x', 'x', /unknown field/],
    ['vocabulary', [], /vocabulary is no object/],
    ['vocabulary', null, /vocabulary is no object; given: null/],
    ['vocabulary/threat', undefined, /vocabulary has no field threat/],
    ['vocabulary/sensitivity', [], /sensitivity is empty/],
    ['vocabulary/sensitivity', ['low', 'high', 'low'], /has a name twice; given: low/],
    ['vocabulary/compliance', 'gdpr', /compliance is no list/],
    ['vocabulary/compliance', many(257), /compliance is too long; given: 257; limit: 256/],
    ['vocabulary/threat', [null], /threat\[0\] is no word/],
    ['rules', {}, /rules is no list/],
    ['rules', new Array(257).fill(document.rules[0]), /rules is too long/],
    ['rules/1/name', 'fips', /rules has a name twice/],
    ['rules/0/name', 'otherwise', /rules has a name twice; given: otherwise/],
    ['rules/0/when', {}, /rules\[0\]\.when has no condition/],
    ['rules/0/when', { any: true }, /rules\[0\]\.when has an unknown field/],
    ['rules/0/when/compliance', [], /compliance is empty/],
    ['rules/0/when/compliance', ['soc-2'], /not in the vocabulary; given: "soc-2"; limit: fips-140-3, dora/],
    ['rules/2/when/sensitivityAtLeast', 'top', /sensitivityAtLeast is not in the vocabulary/],
    [
      'rules/2/when/sensitivityAtLeast',
      ['high'],
      /sensitivityAtLeast is not in the vocabulary; given: object/,
    ],
    ['rules/1/when/threat', ['shared-caches', 'shared-caches'], /threat has a name twice/],
    ['rules/0/seal', 'AES-128-GCM', /rules\[0\]\.seal is no suite; given: "AES-128-GCM"/],
    ['rules/0/seal', 'ChaCha20-Poly1305', /seal is not among the accepted suites/],
    ['rules/0/accept/suites', ['AES-256-GCM', 'ROT13'], /suites\[1\] is no suite/],
    ['rules/0/accept/suites', ['AES-256-GCM', 'AES-256-GCM'], /suites has a name twice/],
    ['rules/0/accept/suites', [], /seal is not among/],
    ['otherwise/accept/minimumVersion', 0, /minimumVersion is no version; given: 0/],
    ['otherwise/accept/minimumVersion', 256, /minimumVersion is no version/],
    ['otherwise/accept/minimumVersion', 1.5, /minimumVersion is no version/],
    ['otherwise/accept/minimumVersion', '1', /minimumVersion is no version; given: "1"/],
    ['otherwise/accept/maximumVersion', 1, /unknown field/],
    ['otherwise/accept', undefined, /otherwise has no field accept/],
    ['otherwise', undefined, /policy has no field otherwise/],
  ])('is refused: %s as %j', (path, value, problem) => {
    const error = refusal(() => CryptoPolicy.parse(changed(path, value)));
    expect(error.code).toBe('policy-malformed');
    expect(error.message).toMatch(problem);
  });

  it.each(['', 'null', '[]', '7', '"policy"', '{', '{"format":'])('is refused: the text %j', (text) => {
    expect(refusal(() => CryptoPolicy.parse(text)).code).toBe('policy-malformed');
  });

  it('is refused before it is parsed where it is too long', () => {
    expect(refusal(() => CryptoPolicy.parse(' '.repeat(65_537)))).toMatchObject({
      code: 'policy-malformed',
      value: '65537 characters',
      limit: '65536 characters',
    });
  });

  it('does not show more of a long value than its start', () => {
    const error = refusal(() => CryptoPolicy.parse(changed('name', 'A'.repeat(5000))));
    expect(error.value).toHaveLength(80);
  });
});
