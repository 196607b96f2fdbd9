import { feAdd, feIsOdd, feIsZero, feMulInt, feNegate, feNormalize, feSetInt } from './field';
import { feGetB32, feSetB32 } from './field-bytes';
import { feSetConstant } from './field-constant';
import { feMul, feSqr } from './field-multiply';
import { feInv, feSqrt } from './field-power';
import { IO } from './io';

/**
 * `map_to_curve` of RFC 9380 for secp256k1 (sections 6.6.3 and 8.7): the simplified Shallue–van de Woestijne–Ulas map with
 * Z = -11 onto E', y^2 = x^3 + A' x + B' with B' = 1771, and from there the 3-isogeny of appendix E.1. Public data only.
 */

const u: usize = memory.data(40, 8);
const x: usize = memory.data(40, 8);
const y: usize = memory.data(40, 8);
const zuu: usize = memory.data(40, 8);
const gx: usize = memory.data(40, 8);
const term: usize = memory.data(40, 8);
const constant: usize = memory.data(40, 8);
const xNumerator: usize = memory.data(40, 8);
const xDenominator: usize = memory.data(40, 8);
const yNumerator: usize = memory.data(40, 8);
const yDenominator: usize = memory.data(40, 8);
const inverse: usize = memory.data(40, 8);

const B: u32 = 1771;

/**
 * The point of an element u of the field.
 *
 * IO: u in 0 to 31, below p; x in 32 to 63 and y in 64 to 95. All big-endian.
 */
export function mapToCurve(): void {
  feSetB32(u, IO);
  mapToIsogenousCurve();
  mapByIsogeny();
  feNormalize(x);
  feNormalize(y);
  feGetB32(IO + 32, x);
  feGetB32(IO + 64, y);
}

/** (x, y) = the simplified SWU map of u, on E' (section 6.6.2). */
function mapToIsogenousCurve(): void {
  feSqr(zuu, u);
  feMulInt(zuu, zuu, 11);
  feNegate(zuu, zuu, 11);
  feNormalize(zuu);
  feSqr(term, zuu);
  feAdd(term, term, zuu);
  if (feIsZero(term)) {
    // u = 0 or Z u^2 = -1: x = B' / (Z A')
    feSetConstant(x, 0xbb407e4438dd90ca, 0x6ba4071659152275, 0x7e5c173c7232ad8b, 0x6c8bcd97de490391);
  } else {
    // x = -B' / A' (1 + 1 / (Z^2 u^4 + Z u^2))
    feInv(term, term);
    feSetInt(constant, 1);
    feAdd(term, term, constant);
    feSetConstant(x, 0x0bc56cee718538b2, 0xa00c4df5d3e87b0c, 0x6df4ff98e82d74fd, 0xaa01d58e8d2345c3);
    feMul(x, x, term);
  }

  // g(x) = (x^2 + A') x + B'
  feSqr(gx, x);
  feSetConstant(constant, 0x3f8731abdd661adc, 0xa08a5558f0f5d272, 0xe953d363cb6f0e5d, 0x405447c01a444533);
  feAdd(gx, gx, constant);
  feMul(gx, gx, x);
  feSetInt(constant, B);
  feAdd(gx, gx, constant);
  if (!feSqrt(y, gx)) {
    // The other x is Z u^2 x, where g is (Z u^2)^3 g(x) = 1331 u^6 (-g(x)), and y now is a root of -g(x). 1331 has a root
    // because Z = -11 and -1 have none.
    feMul(x, x, zuu);
    feSetConstant(constant, 0x25e9711ae8c0dadc, 0x46fdbcb72aadd8f4, 0x250b65073012ec80, 0xbc6ecb9c12973975);
    feMul(y, y, constant);
    feSqr(term, u);
    feMul(term, term, u);
    feMul(y, y, term);
  }
  feNormalize(y);
  if (feIsOdd(y) !== feIsOdd(u)) feNegate(y, y, 1);
}

/**
 * (x, y) = its image on secp256k1 under the isogeny (appendix E.1). The denominators are a square and a cube of x - x0,
 * and no point of E' has x0: it would have order 3, and the order of E' is the prime n. So neither is ever zero.
 */
function mapByIsogeny(): void {
  // k_(1,3) x^3 + k_(1,2) x^2 + k_(1,1) x + k_(1,0)
  feSetConstant(xNumerator, 0x8e38e38e38e38e38, 0xe38e38e38e38e38e, 0x38e38e38e38e38e3, 0x8e38e38daaaaa88c);
  timesXPlus(xNumerator, 0x534c328d23f234e6, 0xe2a413deca25caec, 0xe4506144037c4031, 0x4ecbd0b53d9dd262);
  timesXPlus(xNumerator, 0x07d3d4c80bc321d5, 0xb9f315cea7fd44c5, 0xd595d2fc0bf63b92, 0xdfff1044f17c6581);
  timesXPlus(xNumerator, 0x8e38e38e38e38e38, 0xe38e38e38e38e38e, 0x38e38e38e38e38e3, 0x8e38e38daaaaa8c7);
  // x^2 + k_(2,1) x + k_(2,0)
  feSetInt(xDenominator, 1);
  timesXPlus(xDenominator, 0xedadc6f64383dc1d, 0xf7c4b2d51b542254, 0x06d36b641f5e41bb, 0xc52a56612a8c6d14);
  timesXPlus(xDenominator, 0xd35771193d94918a, 0x9ca34ccbb7b640dd, 0x86cd409542f8487d, 0x9fe6b745781eb49b);
  // k_(3,3) x^3 + k_(3,2) x^2 + k_(3,1) x + k_(3,0)
  feSetConstant(yNumerator, 0x2f684bda12f684bd, 0xa12f684bda12f684, 0xbda12f684bda12f6, 0x84bda12f38e38d84);
  timesXPlus(yNumerator, 0x29a6194691f91a73, 0x715209ef6512e576, 0x722830a201be2018, 0xa765e85a9ecee931);
  timesXPlus(yNumerator, 0xc75e0c32d5cb7c0f, 0xa9d0a54b12a0a6d5, 0x647ab046d686da6f, 0xdffc90fc201d71a3);
  timesXPlus(yNumerator, 0x4bda12f684bda12f, 0x684bda12f684bda1, 0x2f684bda12f684bd, 0xa12f684b8e38e23c);
  // x^3 + k_(4,2) x^2 + k_(4,1) x + k_(4,0)
  feSetInt(yDenominator, 1);
  timesXPlus(yDenominator, 0x6484aa716545ca2c, 0xf3a70c3fa8fe337e, 0x0a3d21162f0d6299, 0xa7bf8192bfd2a76f);
  timesXPlus(yDenominator, 0x7a06534bb8bdb49f, 0xd5e9e6632722c298, 0x9467c1bfc8e8d978, 0xdfb425d2685c2573);
  timesXPlus(yDenominator, 0xffffffffffffffff, 0xffffffffffffffff, 0xffffffffffffffff, 0xfffffffefffff93b);

  feMul(inverse, xDenominator, yDenominator);
  feInv(inverse, inverse);
  feMul(x, xNumerator, yDenominator);
  feMul(x, x, inverse);
  feMul(y, y, yNumerator);
  feMul(y, y, xDenominator);
  feMul(y, y, inverse);
}

/** r = r x + a constant; magnitude 2. */
function timesXPlus(r: usize, part3: u64, part2: u64, part1: u64, part0: u64): void {
  feMul(r, r, x);
  feSetConstant(constant, part3, part2, part1, part0);
  feAdd(r, r, constant);
}
