import { ChainError } from '../error/chain-error.ts';

export interface ArrivalOptions {
  /** Mean seconds between blocks. */
  readonly targetSpacingSeconds: number;
  /** How likely it may be that the blocks take longer: above 0, below 1. */
  readonly lossProbability: number;
}

/** Beyond it the sum below would take visibly long, and no time lock waits for so many blocks. */
const MAXIMUM_BLOCKS = 100_000;

/**
 * How long to wait for a number of blocks so that waiting in vain is as unlikely as stated.
 *
 * Blocks arrive as a Poisson process, so the time until the k-th is Erlang distributed:
 * P[T > t] = P[fewer than k arrivals in t] = e^-x · Σ_{i<k} x^i / i!, with x = t / spacing. The answer is the least
 * whole number of seconds for which that is at most `lossProbability`. It takes the hash rate as constant: drift and
 * downtime want a margin of their own.
 *
 * @param blocks - from 1 to 100,000
 * @throws ChainError `arrival-out-of-range`
 */
export function secondsForBlocks(blocks: number, options: ArrivalOptions): number {
  const { targetSpacingSeconds: spacing, lossProbability } = options;
  if (!Number.isInteger(blocks) || blocks < 1 || blocks > MAXIMUM_BLOCKS)
    refuse('blocks', blocks, `1..${MAXIMUM_BLOCKS}`);
  if (!(spacing > 0 && Number.isFinite(spacing))) refuse('targetSpacingSeconds', spacing, 'above 0');
  if (!(lossProbability > 0 && lossProbability < 1))
    refuse('lossProbability', lossProbability, 'above 0, below 1');

  const limit = Math.log(lossProbability);
  const logFactorial = logFactorialOf(blocks - 1);
  const enough = (seconds: number): boolean => logTail(blocks, seconds / spacing, logFactorial) <= limit;
  let tooShort = 0;
  let longEnough = Math.ceil(blocks * spacing);
  while (!enough(longEnough)) {
    tooShort = longEnough;
    longEnough *= 2;
  }
  while (longEnough - tooShort > 1) {
    const middle = Math.floor((tooShort + longEnough) / 2);
    if (enough(middle)) longEnough = middle;
    else tooShort = middle;
  }
  return longEnough;
}

/**
 * ln P[Erlang(k, 1) > x]. The sum is taken from its last term down, relative to that term, so that neither e^-x nor
 * x^i / i! has to fit a number of its own.
 *
 * @param logFactorial - ln (k - 1)!
 */
function logTail(k: number, x: number, logFactorial: number): number {
  let sum = 1;
  let term = 1;
  for (let i = k - 1; i > 0; i -= 1) {
    term *= i / x;
    sum += term;
    if (term < sum * Number.EPSILON) break;
  }
  return -x + (k - 1) * Math.log(x) - logFactorial + Math.log(sum);
}

function logFactorialOf(n: number): number {
  let sum = 0;
  for (let i = 2; i <= n; i += 1) sum += Math.log(i);
  return sum;
}

function refuse(name: string, given: number, limit: string): never {
  const value = `${name} ${given}`;
  throw new ChainError('arrival-out-of-range', `${value} must be ${limit}`, { value, limit });
}
