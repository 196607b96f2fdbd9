import { randomBytes, randomInt } from 'node:crypto';
import { constantTimeEqual, constantTimeSelect } from '@bitcoin-enterprise/crypto-core';

/**
 * Welch's t-test on the running time of the comparisons (dudect's method: Reparaz, Balasch, Verbauwhede, 2017), with
 * a control that must leak and one that cannot. Run it on an idle machine:
 *
 *   node --conditions=@bitcoin-enterprise/source libs/crypto-core/test/timing-leakage.ts
 */
const SAMPLES = 20_000;
const CALLS_A_SAMPLE = 100;
const KEPT_SHARE = 0.9;

interface Subject {
  readonly name: string;
  /** Puts the input of one class where `run` finds it; every class costs the same to prepare. */
  readonly prepare: (isSecondClass: boolean) => void;
  readonly run: () => unknown;
}

// One pair of buffers for everything: where a buffer lies in memory must not tell one class from the other.
const left = new Uint8Array(randomBytes(32));
const right = new Uint8Array(32);
let condition = false;

const fillRight = (differsAt: number | undefined): void => {
  for (let index = 0; index < 32; index += 1)
    right[index] = (left[index] ?? 0) ^ (index === differsAt ? 1 : 0);
};

const subjects: readonly Subject[] = [
  {
    name: 'constantTimeEqual, equal or different in the first byte',
    prepare: (isSecondClass) => {
      fillRight(isSecondClass ? 0 : undefined);
    },
    run: () => constantTimeEqual(left, right),
  },
  {
    name: 'constantTimeSelect, the first or the second',
    prepare: (isSecondClass) => {
      condition = isSecondClass;
    },
    run: () => constantTimeSelect(condition, left, right),
  },
  {
    name: 'control that leaks: a loop that stops at the first difference',
    prepare: (isSecondClass) => {
      fillRight(isSecondClass ? 0 : undefined);
    },
    run: () => left.every((byte, index) => byte === right[index]),
  },
  {
    name: 'control that cannot leak: both classes are the same',
    prepare: () => {
      fillRight(undefined);
    },
    run: () => constantTimeEqual(left, right),
  },
];

/** Nanoseconds a call, for each class. */
function sample({ prepare, run }: Subject): readonly [number[], number[]] {
  const times: [number[], number[]] = [[], []];
  for (let count = 0; count < SAMPLES * 1.1; count += 1) {
    const side = randomInt(2);
    prepare(side === 1);
    const start = process.hrtime.bigint();
    for (let call = 0; call < CALLS_A_SAMPLE; call += 1) run();
    const elapsed = Number(process.hrtime.bigint() - start) / CALLS_A_SAMPLE;
    // The first samples are the compiler's.
    if (count > SAMPLES * 0.1) times[side === 1 ? 1 : 0].push(elapsed);
  }
  return times;
}

function meanAndError(times: readonly number[]): { readonly mean: number; readonly squaredError: number } {
  const mean = times.reduce((sum, time) => sum + time, 0) / times.length;
  const variance = times.reduce((sum, time) => sum + (time - mean) ** 2, 0) / (times.length - 1);
  return { mean, squaredError: variance / times.length };
}

for (const subject of subjects) {
  const [first, second] = sample(subject);
  const all = [...first, ...second].sort((a, b) => a - b);
  // What the operating system interrupted says nothing of the code.
  const longest = all[Math.floor(all.length * KEPT_SHARE)] ?? Infinity;
  const [a, b] = [first, second].map((times) => meanAndError(times.filter((time) => time <= longest)));
  if (a === undefined || b === undefined) continue;
  const error = Math.sqrt(a.squaredError + b.squaredError);
  const figures = [
    `|t|=${Math.abs((a.mean - b.mean) / error).toFixed(1)}`,
    `difference=${Math.abs(a.mean - b.mean).toFixed(3)}ns`,
    `detectable=${(10 * error).toFixed(3)}ns`,
    `mean=${a.mean.toFixed(1)}ns`,
    `samples=${all.length}`,
  ];
  process.stdout.write(`${figures.join(' ')}  ${subject.name}\n`);
}
