import { createHash } from 'node:crypto';

interface Row {
  readonly body: string;
  readonly previous: string;
  readonly hash: string;
}

/** What the audit tables of many systems are: every row holds the hash of the row before. */
type PlainChain = readonly Row[];

const ROWS = 200;

/** What is done to a plain chain, and whether rehashing it all finds that. */
export interface ControlFinding {
  readonly attack: string;
  readonly isFound: boolean;
}

/** The attacks of the campaign against a hash chain without a sealed head, a signature and a pin. */
export function attackPlainChain(): ControlFinding[] {
  const rows = chainOf(Array.from({ length: ROWS }, (_, number) => `row ${number}`));
  const bodies = rows.map(({ body }) => body);
  const exchanged = rows.map((row, place) => rows[place === 50 ? 51 : place === 51 ? 50 : place] ?? row);
  const attacks: readonly (readonly [string, PlainChain])[] = [
    ['flip', rows.map((row, place) => (place === 50 ? { ...row, body: 'altered' } : row))],
    ['delete', rows.filter((_, place) => place !== 50)],
    ['insert', rows.flatMap((row, place) => (place === 50 ? [row, row] : [row]))],
    ['reorder', exchanged],
    ['truncate', rows.slice(0, -1)],
    ['rollback', chainOf(bodies.slice(0, 100))],
    ['fork', chainOf([...bodies.slice(0, 100), ...bodies.slice(100).map((body) => `${body} forked`)])],
    ['rewrite', chainOf(bodies.map((body) => `${body} rewritten`))],
    ['swap', chainOf(bodies.map((body) => `${body} of another log`))],
    ['empty', []],
  ];
  return attacks.map(([attack, attacked]) => ({ attack, isFound: !isWhole(attacked) }));
}

function chainOf(bodies: readonly string[]): PlainChain {
  const rows: Row[] = [];
  for (const body of bodies) {
    const previous = rows.at(-1)?.hash ?? '';
    rows.push({ body, previous, hash: hashOf(previous, body) });
  }
  return rows;
}

function isWhole(rows: PlainChain): boolean {
  return rows.every(
    ({ body, previous, hash }, place) =>
      previous === (rows[place - 1]?.hash ?? '') && hash === hashOf(previous, body),
  );
}

function hashOf(previous: string, body: string): string {
  return createHash('sha256').update(`${previous}\n${body}`).digest('hex');
}
