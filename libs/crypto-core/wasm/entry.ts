/** The module's exports, as `src/secp256k1/wasm/vartime-exports.ts` declares them. */
export { ellswiftDecode, ellswiftEncode } from './ellswift';
// The field and the split of a scalar are exported so that tests hold the shipped module against other arithmetic.
export { feAdd, feHalf, feIsOdd, feIsZero, feMulInt, feNegate } from './field';
export { feNormalize, feNormalizeWeak, feSetInt } from './field';
export { feGetB32, feSetB32 } from './field-bytes';
export { feMul, feSqr } from './field-multiply';
export { feEqual, feInv, feIsSquare, feSqrt } from './field-power';
export { mapToCurve } from './hash-to-curve';
export { ioAddress, ioBytes } from './io';
export { multiScalarMultiply, reserveTerms } from './msm';
export { decodePoints, reservePoints, sumPoints } from './points';
export { scalarSplit } from './scalar';
