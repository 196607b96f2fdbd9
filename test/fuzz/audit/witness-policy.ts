import {
  readWitnessPolicy,
  verifierKey,
  writeVerifierKey,
  type PolicyRule,
  type WitnessPolicy,
} from '@bitcoin-enterprise/audit';
import type { FuzzTarget } from '@bitcoin-enterprise/tools/fuzz';

const NO_POLICY = new Error('no policy');

function keyText(byte: number, type: 'ed25519' | 'ed25519-cosignature'): string {
  const key = verifierKey('k', type, new Uint8Array(32).fill(byte));
  return key === undefined ? '' : writeVerifierKey(key);
}

const LOG = `log ${keyText(1, 'ed25519')} https://log.example`;
const WITNESSES = [2, 3, 4].map((byte) => `witness W${byte} ${keyText(byte, 'ed25519-cosignature')}`);

/** How often each witness counts in a rule. */
function count(rule: PolicyRule, counts: Map<unknown, number>): void {
  if ('witness' in rule) {
    counts.set(rule.witness, (counts.get(rule.witness) ?? 0) + 1);
    return;
  }
  const { threshold, members } = rule;
  if (!(threshold >= 1 && threshold <= members.length)) throw new Error(`${threshold} of ${members.length}`);
  for (const member of members) count(member, counts);
}

export const target: FuzzTarget<WitnessPolicy> = {
  seeds: [
    ['quorum none'],
    [LOG, ...WITNESSES, 'group G 2 W2 W3 W4', 'quorum G'],
    [LOG, ...WITNESSES, 'group G any W2 W3', 'group H all G W4', 'quorum H'],
    ['# a comment', '', ...WITNESSES.slice(0, 1), '\tquorum  W2 '],
  ].map((lines) => Buffer.from(`${lines.join('\n')}\n`)),
  dictionary: [
    'log ',
    'witness ',
    'group ',
    'quorum ',
    'none',
    'any',
    'all',
    ' 1 ',
    ' 2 ',
    'W2',
    'G',
    '#',
    '\t',
    '\n',
  ].map((part) => Buffer.from(part)),
  maxLength: 700,
  isRefusal: (error) => error === NO_POLICY,
  decode: (input) => {
    const result = readWitnessPolicy(input);
    if (!result.ok) throw NO_POLICY;
    return result.policy;
  },
  check: ({ quorum, witnesses }) => {
    const counts = new Map<unknown, number>();
    if (quorum !== undefined) count(quorum, counts);
    for (const [witness, times] of counts) {
      if (times !== 1) throw new Error(`a witness counts ${times} times`);
      if (!witnesses.some((known) => known === witness)) throw new Error('a witness is of no line');
    }
  },
};
