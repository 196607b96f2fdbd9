/**
 * What the module of `libs/crypto-core/wasm` exports: each function is documented where it is written. Numbers are
 * addresses in its memory, counts, or truth as 0 and 1. All of them run in variable time: public data only.
 */
export interface VartimeExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  ellswiftDecode(): void;
  ellswiftEncode(option: number): number;
  feAdd(r: number, a: number, b: number): void;
  feEqual(a: number, b: number): number;
  feGetB32(bytes: number, a: number): void;
  feHalf(r: number, a: number): void;
  feInv(r: number, a: number): void;
  feIsOdd(a: number): number;
  feIsSquare(a: number): number;
  feIsZero(a: number): number;
  feMul(r: number, a: number, b: number): void;
  feMulInt(r: number, a: number, factor: number): void;
  feNegate(r: number, a: number, magnitude: number): void;
  feNormalize(r: number): void;
  feNormalizeWeak(r: number): void;
  feSetB32(r: number, bytes: number): number;
  feSetInt(r: number, value: number): void;
  feSqr(r: number, a: number): void;
  feSqrt(r: number, a: number): number;
  ioAddress(): number;
  ioBytes(): number;
  mapToCurve(): void;
  multiScalarMultiply(count: number): number;
  reservePoints(count: number): number;
  reserveTerms(count: number): number;
  scalarSplit(half1: number, half2: number, bytes: number): number;
  decodePoints(count: number): number;
  sumPoints(count: number): number;
}
