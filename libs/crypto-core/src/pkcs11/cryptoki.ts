/** The numbers of PKCS #11 version 3.0 (OASIS, pkcs11t.h) that are used here. */

export const CKU_USER = 1;
/** CKF_RW_SESSION and CKF_SERIAL_SESSION. */
export const READ_WRITE_SESSION = 0x6;
/** The state of a session that is logged in and may write. */
export const CKS_RW_USER_FUNCTIONS = 3;
export const CKF_OS_LOCKING_OK = 2;

export const CKO = { data: 0, publicKey: 2, privateKey: 3, secretKey: 4 } as const;
export const CKK = { ec: 0x3, genericSecret: 0x10, sha256Hmac: 0x2b, ecEdwards: 0x40 } as const;

export const CKA = {
  class: 0x0,
  token: 0x1,
  private: 0x2,
  label: 0x3,
  application: 0x10,
  value: 0x11,
  keyType: 0x100,
  id: 0x102,
  sensitive: 0x103,
  sign: 0x108,
  verify: 0x10a,
  valueLength: 0x161,
  extractable: 0x162,
  neverExtractable: 0x164,
  alwaysSensitive: 0x165,
  modifiable: 0x170,
  ecParameters: 0x180,
  ecPoint: 0x181,
} as const;

export const CKM = {
  sha256Hmac: 0x251,
  genericSecretKeyGeneration: 0x350,
  ecKeyPairGeneration: 0x1040,
  ecdsa: 0x1041,
  edwardsKeyPairGeneration: 0x1055,
  eddsa: 0x1057,
} as const;

/** Return values that are told apart here; every other one is a failure of the token. */
export const CKR = {
  generalError: 0x5,
  deviceError: 0x30,
  deviceRemoved: 0x32,
  keyHandleInvalid: 0x60,
  mechanismInvalid: 0x70,
  mechanismParameterInvalid: 0x71,
  objectHandleInvalid: 0x82,
  operationActive: 0x90,
  pinIncorrect: 0xa0,
  pinInvalid: 0xa1,
  pinLengthRange: 0xa2,
  pinExpired: 0xa3,
  pinLocked: 0xa4,
  tokenNotPresent: 0xe0,
  tokenNotRecognized: 0xe1,
  userAlreadyLoggedIn: 0x100,
  userNotLoggedIn: 0x101,
  userPinNotInitialized: 0x102,
  domainParametersInvalid: 0x130,
  curveNotSupported: 0x140,
  cryptokiAlreadyInitialized: 0x191,
} as const;
