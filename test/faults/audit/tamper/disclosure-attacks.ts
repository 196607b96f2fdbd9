import { isRefusedPolicy, readTrustPolicy, type TrustPolicy } from '@bitcoin-enterprise/audit';
import type { Attack } from './attack.ts';
import { findInBundle } from './bundle-attacks.ts';
import { ORIGIN, SIGNER, WITNESSES } from './stage.ts';

/** Entries with personal data that is changed; each is followed by a line with it, behind the header. */
const CHANGED = [0, 2, 18, 38];

/** Changes what a bundle reveals beside its entries, and who cosigned its checkpoint. */
export function disclosureAttacks(): Attack[] {
  return [...CHANGED.flatMap(personalAttacks), ...witnessAttacks()];
}

function personalAttacks(entry: number): Attack[] {
  const other = (entry + 2) % 40;
  const beginning = `{"personalOf":${entry},`;
  const changed = (kind: string, names: readonly string[], change: (line: string) => string): Attack =>
    attack(kind, `of entry ${entry}`, names, (lines) =>
      lines.map((line) => (line.startsWith(beginning) ? change(line) : line)),
    );
  const lineOf = (lines: readonly string[], index: number): string =>
    lines.find((line) => line.startsWith(`{"personalOf":${index},`)) ?? '';
  return [
    {
      ...changed('personal data altered', ['personal data'], (line) => line.replace('"name ', '"mane ')),
      entry,
    },
    {
      ...changed('personal data salted anew', ['personal data'], (line) =>
        line.replace(/"salt":"(.)/u, (_, digit: string) => `"salt":"${digit === 'A' ? 'B' : 'A'}`),
      ),
      entry,
    },
    {
      ...attack('personal data of another entry', `${other} for ${entry}`, ['personal data'], (lines) =>
        lines.map((line) =>
          line.startsWith(beginning)
            ? lineOf(lines, other).replace(`{"personalOf":${other},`, beginning)
            : line,
        ),
      ),
      entry,
    },
    attack('personal data moved', `of entry ${entry}`, ['bundle format'], (lines) => {
      const line = lineOf(lines, entry);
      return [...lines.slice(0, 1), line, ...lines.slice(1).filter((text) => text !== line)];
    }),
    attack('personal data repeated', `of entry ${entry}`, ['bundle format'], (lines) =>
      lines.flatMap((line) => (line.startsWith(beginning) ? [line, line] : [line])),
    ),
  ];
}

function witnessAttacks(): Attack[] {
  const inHeader = (change: (header: string) => string) => (lines: readonly string[]) =>
    lines.map((line, place) => (place === 0 ? change(line) : line));
  // The header is JSON: the note stands in it with its line feeds escaped.
  const own = new RegExp(`\u2014 ${WITNESSES[0].keyName} ([A-Za-z0-9+/=]+)\\\\n`, 'u');
  return [
    attack(
      'cosignature removed',
      'of the only witness',
      ['witness quorum'],
      inHeader((header) => header.replace(own, '')),
    ),
    ...[10, 40, 70, 90].map((place) =>
      attack(
        'cosignature altered',
        `at ${place}`,
        ['witness quorum'],
        inHeader((header) =>
          header.replace(own, (line, signature: string) => {
            const digit = signature[place] === 'A' ? 'B' : 'A';
            return line.replace(
              signature,
              `${signature.slice(0, place)}${digit}${signature.slice(place + 1)}`,
            );
          }),
        ),
      ),
    ),
    attack(
      'quorum of another witness',
      'than cosigned',
      ['witness quorum'],
      (lines) => [...lines],
      trustIn(1),
    ),
  ];
}

function attack(
  kind: string,
  where: string,
  names: readonly string[],
  change: (lines: readonly string[]) => readonly string[],
  trust: TrustPolicy = trustIn(0),
): Attack {
  return {
    kind,
    where,
    by: 'verifyBundle',
    names,
    find: (_, { bundles: { customers } }) => {
      if (findInBundle(customers, trustIn(0)) !== undefined) throw new Error('the right bundle is refused');
      const lines = Buffer.from(customers).toString().split('\n');
      return Promise.resolve(findInBundle(Buffer.from(change(lines).join('\n')), trust));
    },
  };
}

/** One of the two witnesses must have cosigned. */
function trustIn(number: 0 | 1): TrustPolicy {
  const policy = readTrustPolicy(
    JSON.stringify({
      origin: ORIGIN,
      publicKey: Buffer.from(SIGNER.publicKey).toString('hex'),
      witnesses: [`witness W ${WITNESSES[number].verifierKey}`, 'quorum W'],
    }),
  );
  if (isRefusedPolicy(policy)) throw new Error(policy.refused);
  return policy;
}
