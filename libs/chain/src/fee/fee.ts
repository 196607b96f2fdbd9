/**
 * The fee of a transaction of a given size, rounded up.
 *
 * @param virtualSize - in vbytes, a whole number
 * @param feerateSatPerKvb - satoshis a 1,000 vbytes
 */
export function feeSat(virtualSize: number, feerateSatPerKvb: bigint): bigint {
  return (BigInt(virtualSize) * feerateSatPerKvb + 999n) / 1000n;
}
