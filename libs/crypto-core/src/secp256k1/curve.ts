/** p = 2^256 - 2^32 - 977, the prime of the field that coordinates lie in (SEC 2 version 2, section 2.4.1). */
export const FIELD_PRIME = 0xfffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc2fn;

/** n, the prime number of points of the group, which scalars are counted modulo (SEC 2 version 2, section 2.4.1). */
export const GROUP_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
