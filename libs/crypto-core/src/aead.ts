export { type AeadOptions, decryptAead, encryptAead } from './envelope/aead.ts';
export { SUITE_NAMES, type SuiteName } from './envelope/suite.ts';
