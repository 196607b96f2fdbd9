import { cosigner, isRefusedPolicy, type TrustPolicy, verifyBundle } from '@bitcoin-enterprise/audit';
import { readExaminerPolicy } from '@bitcoin-enterprise/audit/anchor';
import { BITCOIN_REGTEST, headerRulesFor } from '@bitcoin-enterprise/chain';
import { Ed25519SigningKey, SecretBytes } from '@bitcoin-enterprise/crypto-core';
import type { FuzzTarget } from '@bitcoin-enterprise/tools/fuzz';

const KEY = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60';
using seed = SecretBytes.copyOf(new Uint8Array(32).fill(5));
const WITNESS = `witness W ${cosigner('example.com/w', Ed25519SigningKey.fromSeed(seed)).verifierKey}`;
const base = { origin: 'example.com/desk', publicKey: KEY };
const header = Buffer.from(headerRulesFor(BITCOIN_REGTEST).genesis).toString('hex');

const seeds = [
  base,
  { ...base, wholeLog: true, anchored: false },
  { ...base, witnesses: ['quorum none'] },
  { ...base, witnesses: `${WITNESS}\nquorum W\n` },
  { ...base, bitcoin: { network: 'regtest', minimumConfirmations: 3 }, anchored: true },
  { ...base, bitcoin: { network: 'mainnet', minimumWork: '1' } },
  { ...base, bitcoin: { network: 'regtest', trustedHeaders: { height: 2016, header } } },
].map((policy) => Buffer.from(JSON.stringify(policy)));

/** A policy that was refused. */
class RefusedPolicy extends Error {}

/** The trust policy of an examiner: whatever it is, reading it throws nothing, and no bundle that is none verifies under it. */
export const target: FuzzTarget<TrustPolicy> = {
  seeds,
  maxLength: 2_048,
  dictionary: [
    '"witnesses":["quorum none"]',
    '"bitcoin":{"network":"regtest"}',
    '"trustedHeaders":{"height":2016,"header":"',
    '"minimumWork":"1"',
    '"anchored":true',
    '"pinnedCheckpoint":"',
    '__proto__',
    '\\u0000',
  ].map((text) => Buffer.from(text)),
  isRefusal: (error) => error instanceof RefusedPolicy,
  decode: (input) => {
    const policy = readExaminerPolicy(Buffer.from(input).toString('latin1'));
    if (isRefusedPolicy(policy)) throw new RefusedPolicy(policy.refused);
    return policy;
  },
  check: (policy) => {
    if (policy.publicKey.length !== 32 || policy.origin === '')
      throw new Error('a policy without key or log');
    if (policy.anchors?.judge(new Uint8Array(8)).ok === true) throw new Error('no anchor is believed');
    if (verifyBundle(new Uint8Array(8), policy).ok) throw new Error('what is no bundle verifies');
  },
};
