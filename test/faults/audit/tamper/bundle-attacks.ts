import { type TrustPolicy, verifyBundle } from '@bitcoin-enterprise/audit';
import type { Attack } from './attack.ts';
import type { Evidence } from './evidence.ts';
import { ORIGIN, OTHER_ORIGIN, OTHER_SIGNER, SIGNER } from './stage.ts';

const TRUST: TrustPolicy = { origin: ORIGIN, publicKey: SIGNER.publicKey };

const OF_ENTRIES = ['entry form', 'leaf hash', 'chain link', 'entry order', 'stream order', 'time order'];
const OF_BUNDLE = [
  'bundle format',
  'origin',
  'checkpoint signature',
  'checkpoint',
  'inclusion proof',
  'completeness',
];
const ANY = [...OF_ENTRIES, ...OF_BUNDLE];

const FLIPS = 40;
const CUTS = 10;
const LINES = [1, 2, 40, 80];

/** Changes a bundle on its way to an examiner, or gives another one, or an examiner who trusts something else. */
export function bundleAttacks(): Attack[] {
  return [
    ...(['stream', 'subject'] as const).flatMap((name) => [...byteAttacks(name), ...lineAttacks(name)]),
    ...trustAttacks(),
  ];
}

function byteAttacks(name: 'stream' | 'subject'): Attack[] {
  const places = (count: number): number[] => Array.from({ length: count }, (_, place) => place / count);
  return [
    // 0.618…: places that have nothing to do with the lengths of lines.
    ...places(FLIPS).map((_, number) => {
      const part = (number * 0.618_034) % 1;
      return changed(name, 'bundle byte flipped', `at ${part.toFixed(3)}`, ANY, (bundle) => {
        const place = Math.floor(part * bundle.length);
        return bundle.map((byte, at) => (at === place ? byte ^ (1 << (number % 7)) : byte));
      });
    }),
    ...places(CUTS).map((part) =>
      changed(name, 'bundle cut', `to ${part.toFixed(3)}`, ['bundle format', 'inclusion proof'], (bundle) =>
        bundle.subarray(0, Math.floor(part * bundle.length)),
      ),
    ),
  ];
}

function lineAttacks(name: 'stream' | 'subject'): Attack[] {
  const inLines = (change: (lines: string[]) => string[]) => (bundle: Uint8Array) =>
    Buffer.from(change(Buffer.from(bundle).toString().split('\n')).join('\n'));
  return LINES.flatMap((line) => [
    changed(
      name,
      'bundle lines exchanged',
      `${line} and the next`,
      ['entry order'],
      inLines((lines) => [
        ...lines.slice(0, line),
        ...lines.slice(line, line + 2).reverse(),
        ...lines.slice(line + 2),
      ]),
    ),
    changed(
      name,
      'bundle line deleted',
      `${line}`,
      ['inclusion proof'],
      inLines((lines) => lines.filter((_, place) => place !== line)),
    ),
    changed(
      name,
      'bundle line inserted',
      `${line} twice`,
      ['entry order'],
      inLines((lines) =>
        [...lines.slice(0, line), ...lines.slice(line - 1)].flatMap((text, place) =>
          place === line ? [lines[line] ?? '', text] : [text],
        ),
      ),
    ),
    changed(
      name,
      'bundle entry altered',
      `line ${line}`,
      ['leaf hash'],
      inLines((lines) =>
        lines.map((text, place) => (place === line ? text.replace('"first"', '"other"') : text)),
      ),
    ),
  ]);
}

function trustAttacks(): Attack[] {
  const given = (
    kind: string,
    where: string,
    name: string,
    bundle: (evidence: Evidence) => Uint8Array,
    trust: (evidence: Evidence) => TrustPolicy,
  ): Attack => ({
    kind,
    where,
    by: 'verifyBundle',
    names: [name],
    find: (_, evidence) => Promise.resolve(findInBundle(bundle(evidence), trust(evidence))),
  });
  const stream = ({ bundles }: Evidence): Uint8Array => bundles.stream;
  const pinned = ({ checkpoint }: Evidence): TrustPolicy => ({ ...TRUST, pinnedCheckpoint: checkpoint });
  const forged = { ...TRUST, pinnedCheckpoint: 'no note' };
  return [
    given(
      'bundle of an older copy',
      'against a pin',
      'pinned checkpoint',
      ({ earlier }) => earlier.bundle,
      pinned,
    ),
    given(
      'bundle of a fork',
      'against a pin',
      'pinned checkpoint',
      ({ bundles }) => bundles.ofAnotherHistory,
      pinned,
    ),
    given('bundle against a forged pin', 'no note', 'pinned checkpoint', stream, () => forged),
    given('bundle under a wrong key', 'of the examiner', 'checkpoint signature', stream, () => ({
      ...TRUST,
      publicKey: OTHER_SIGNER.publicKey,
    })),
    given('bundle of another log', 'than the examiner asks for', 'origin', stream, () => ({
      ...TRUST,
      origin: OTHER_ORIGIN,
    })),
    given('bundle of a part', 'where all is asked for', 'completeness', stream, () => ({
      ...TRUST,
      wholeLog: true,
    })),
  ];
}

function changed(
  name: 'stream' | 'subject',
  kind: string,
  where: string,
  names: readonly string[],
  change: (bundle: Uint8Array) => Uint8Array,
): Attack {
  return {
    kind,
    where: `${name}, ${where}`,
    by: 'verifyBundle',
    names,
    find: (_, { bundles }) => {
      const bundle = bundles[name];
      if (findInBundle(bundle, TRUST) !== undefined) throw new Error('the right bundle is refused');
      return Promise.resolve(findInBundle(change(bundle), TRUST));
    },
  };
}

/** The checks of a bundle that failed; `undefined` when it verifies. */
export function findInBundle(bundle: Uint8Array, trust: TrustPolicy): Awaited<ReturnType<Attack['find']>> {
  const { ok, checks } = verifyBundle(bundle, trust);
  if (ok) return undefined;
  const failed = checks.filter((check) => !check.ok);
  return {
    by: 'verifyBundle',
    names: [...new Set(failed.map((check) => check.name))],
    entries: [...new Set(failed.flatMap((check) => check.entry ?? []))],
  };
}
