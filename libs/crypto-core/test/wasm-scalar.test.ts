import fc from 'fast-check';
import { expect, it } from 'vitest';
import { GROUP_ORDER, multipleOfGenerator, scalarBytes } from './known-points.ts';
import { vartimeModule } from '../src/secp256k1/wasm/vartime-module.ts';

/** x of lambda G is beta times x of G: these two roots of one belong together. */
const LAMBDA = 0x5363ad4cc05c30e0a5261c028812645a122e22ea20816678df02967c1b23bd72n;
const BETA = 0x7ae96a2b657c07106e64479eac3434e99cf0497512f58995c1396c28719501een;
const P = 2n ** 256n - 2n ** 32n - 977n;

const { exports: wasm } = vartimeModule();
const address = wasm.ioAddress();

function half(at: number, negative: boolean): bigint {
  const bytes = new Uint8Array(wasm.memory.buffer, at, 24);
  const magnitude = bytes.reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n);
  return negative ? -magnitude : magnitude;
}

function split(scalar: bigint): readonly [bigint, bigint] {
  new Uint8Array(wasm.memory.buffer, address, 32).set(scalarBytes(scalar));
  const negative = wasm.scalarSplit(address + 32, address + 64, address);
  return [half(address + 32, (negative & 1) !== 0), half(address + 64, (negative & 2) !== 0)];
}

function check(scalar: bigint): void {
  const [first, second] = split(scalar);
  expect((first + second * LAMBDA - scalar) % GROUP_ORDER).toBe(0n);
  // Digits are cut from 128 bits, and what carries out of them must fit too.
  const limit = (65n * 2n ** 128n) / 100n;
  for (const one of [first, second]) expect(one > -limit && one < limit).toBe(true);
}

it('the endomorphism multiplies the base point by lambda', () => {
  const generator = multipleOfGenerator(1n) ?? new Uint8Array();
  const image = multipleOfGenerator(LAMBDA) ?? new Uint8Array();
  const x = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes.subarray(1)).toString('hex')}`);
  expect((x(generator) * BETA) % P).toBe(x(image));
  expect(image[0]).toBe(generator[0]);
});

it('halves make up their scalar, and are short', () => {
  fc.assert(fc.property(fc.bigInt({ min: 0n, max: GROUP_ORDER - 1n }), check), { numRuns: 5000 });
});

it('halves are short at the ends, at powers of two and next to multiples of lambda', () => {
  for (const scalar of [0n, 1n, 2n, GROUP_ORDER - 1n, GROUP_ORDER - 2n]) check(scalar);
  for (let bit = 0n; bit < 256n; bit += 1n) {
    check((1n << bit) % GROUP_ORDER);
    check(((1n << bit) * LAMBDA) % GROUP_ORDER);
    check(GROUP_ORDER - (1n << bit) - 1n > 0n ? GROUP_ORDER - (1n << bit) : 1n);
  }
});

it('halves are short where the nearest lattice point changes', () => {
  // The basis vectors (a1, b1) and (a2, b2), which are 0 modulo n as a + b lambda; half-way between their multiples the
  // rounding turns.
  const [a1, b1] = [0x3086d221a7d46bcde86c90e49284eb15n, -0xe4437ed6010e88286f547fa90abfe4c3n];
  const [a2, b2] = [0x114ca50f7a8e2f3f657c1108d9d44cfd8n, 0x3086d221a7d46bcde86c90e49284eb15n];
  for (const [a, b] of [
    [a1, b1],
    [a2, b2],
  ] as const) {
    expect((a + b * LAMBDA) % GROUP_ORDER).toBe(0n);
  }
  const modulo = (value: bigint): bigint => ((value % GROUP_ORDER) + GROUP_ORDER) % GROUP_ORDER;
  for (const first of [a1, a2, a1 + a2, a2 - a1]) {
    for (const second of [b1, b2, b1 + b2, b2 - b1]) {
      for (const distance of [-1n, 0n, 1n]) check(modulo(first / 2n + (second / 2n) * LAMBDA + distance));
    }
  }
});
