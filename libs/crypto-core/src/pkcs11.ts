export { Pkcs11Library, type TokenName } from './pkcs11/pkcs11-library.ts';
export type { Pkcs11Attribute, Pkcs11Handle, Pkcs11Module } from './pkcs11/pkcs11-module.ts';
export { openPkcs11Provider, type Pkcs11ProviderOptions } from './pkcs11/pkcs11-provider.ts';
