import { randomBytes } from 'node:crypto';
import { constantTimeEqual } from '@bitcoin-enterprise/crypto-core';
import type { Subject, Trial } from './subject.ts';

const LENGTH = 64;

/** One pair of buffers, of which `run` compares: equal, or different in the first byte. */
function comparison(compare: (a: Uint8Array, b: Uint8Array) => boolean, secondDiffers: boolean): Trial {
  const left = new Uint8Array(randomBytes(LENGTH));
  const right = new Uint8Array(LENGTH);
  return {
    select: (isSecondClass) => {
      right.set(left);
      right[0] = (left[0] ?? 0) ^ Number(isSecondClass && secondDiffers);
    },
    run: () => compare(left, right),
  };
}

/** What a comparison must not be: it stops at the first difference. */
function naiveEqual(a: Uint8Array, b: Uint8Array): boolean {
  for (let index = 0; index < a.length; index += 1) {
    if (a[index] !== b[index]) return false;
  }
  return true;
}

/** If the harness does not see this, it sees nothing. */
export const positiveControl: Subject = {
  name: 'control-naive-compare',
  classes: 'equal / first byte differs',
  prepare: () => comparison(naiveEqual, true),
};

/** If the harness sees something here, it sees ghosts. */
export const nullControl: Subject = {
  name: 'control-one-class-twice',
  classes: 'equal / equal',
  prepare: () => comparison(constantTimeEqual, false),
};
