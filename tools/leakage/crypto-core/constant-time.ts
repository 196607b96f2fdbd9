import { randomBytes } from 'node:crypto';
import { constantTimeCompare, constantTimeEqual, constantTimeSelect } from '@bitcoin-enterprise/crypto-core';
import type { Subject, Trial } from '../subject.ts';

const LENGTH = 32;

/** Two buffers that differ in one byte, which the class places. */
function differing(
  run: (left: Uint8Array, right: Uint8Array) => unknown,
  placeOf: (isSecondClass: boolean) => number,
): Trial {
  const left = new Uint8Array(randomBytes(LENGTH));
  const right = new Uint8Array(LENGTH);
  return {
    select: (isSecondClass) => {
      const place = placeOf(isSecondClass);
      for (let index = 0; index < LENGTH; index += 1) {
        right[index] = (left[index] ?? 0) ^ Number(index === place);
      }
    },
    run: () => run(left, right),
  };
}

const firstOrLast = (isSecondClass: boolean): number => (isSecondClass ? LENGTH - 1 : 0);

export const subjects: readonly Subject[] = [
  {
    name: 'equal-place',
    classes: 'first / last byte differs',
    prepare: () => differing(constantTimeEqual, firstOrLast),
  },
  {
    name: 'compare-place',
    classes: 'first / last byte differs',
    prepare: () => differing(constantTimeCompare, firstOrLast),
  },
  {
    name: 'select-condition',
    classes: 'true / false',
    prepare: () => {
      const left = new Uint8Array(randomBytes(LENGTH));
      const right = new Uint8Array(randomBytes(LENGTH));
      let condition = false;
      return {
        select: (isSecondClass) => {
          condition = !isSecondClass;
        },
        run: () => constantTimeSelect(condition, left, right),
      };
    },
  },
  {
    name: 'select-content',
    classes: 'zeros / random bytes',
    prepare: () => {
      const left = new Uint8Array(LENGTH);
      const right = new Uint8Array(randomBytes(LENGTH));
      return {
        select: (isSecondClass) => {
          const mask = isSecondClass ? 0xff : 0;
          for (const [index, byte] of randomBytes(LENGTH).entries()) left[index] = byte & mask;
        },
        run: () => constantTimeSelect(true, left, right),
      };
    },
  },
];
