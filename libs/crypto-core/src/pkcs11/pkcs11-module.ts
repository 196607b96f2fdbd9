/** A handle of a slot, session or object, as the module gives it. */
export type Pkcs11Handle = Buffer;

export interface Pkcs11Attribute {
  readonly type: number;
  readonly value?: number | boolean | string | Buffer;
}

/**
 * What is used of an object of class `PKCS11` of the npm package `pkcs11js`, version 2. This library does not depend on
 * that package, which is compiled on install: whoever wants a token installs it and passes the object in.
 */
export interface Pkcs11Module {
  load(path: string): void;
  close(): void;
  C_Initialize(o: { flags: number }): void;
  C_Finalize(): void;
  C_GetSlotList(tokenPresent: boolean): Pkcs11Handle[];
  C_GetTokenInfo(slot: Pkcs11Handle): { readonly label: string; readonly serialNumber: string };
  C_GetMechanismList(slot: Pkcs11Handle): number[];
  C_OpenSession(slot: Pkcs11Handle, flags: number): Pkcs11Handle;
  C_CloseSession(session: Pkcs11Handle): void;
  C_GetSessionInfo(session: Pkcs11Handle): { readonly state: number };
  C_Login(session: Pkcs11Handle, userType: number, pin: string): void;
  C_GenerateKey(
    session: Pkcs11Handle,
    mechanism: { mechanism: number },
    template: Pkcs11Attribute[],
  ): Pkcs11Handle;
  C_GenerateKeyPair(
    session: Pkcs11Handle,
    mechanism: { mechanism: number },
    publicTemplate: Pkcs11Attribute[],
    privateTemplate: Pkcs11Attribute[],
  ): { readonly publicKey: Pkcs11Handle; readonly privateKey: Pkcs11Handle };
  C_CreateObject(session: Pkcs11Handle, template: Pkcs11Attribute[]): Pkcs11Handle;
  C_DestroyObject(session: Pkcs11Handle, object: Pkcs11Handle): void;
  C_FindObjectsInit(session: Pkcs11Handle, template: Pkcs11Attribute[]): void;
  C_FindObjects(session: Pkcs11Handle, maximum: number): Pkcs11Handle[];
  C_FindObjectsFinal(session: Pkcs11Handle): void;
  C_GetAttributeValue(
    session: Pkcs11Handle,
    object: Pkcs11Handle,
    template: Pkcs11Attribute[],
  ): { readonly type: number; readonly value: Buffer }[];
  C_SignInit(session: Pkcs11Handle, mechanism: { mechanism: number }, key: Pkcs11Handle): void;
  C_Sign(session: Pkcs11Handle, data: Buffer, output: Buffer): Buffer;
}
