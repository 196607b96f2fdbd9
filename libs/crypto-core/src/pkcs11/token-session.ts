import { CryptoError } from '../error.ts';
import type { SecretBytes } from '../secret/secret-bytes.ts';
import { CKR, CKS_RW_USER_FUNCTIONS, CKU_USER, READ_WRITE_SESSION } from './cryptoki.ts';
import type { Pkcs11Library, TokenName } from './pkcs11-library.ts';
import type { Pkcs11Handle, Pkcs11Module } from './pkcs11-module.ts';
import { returnValueOf, tokenError } from './token-error.ts';

interface OpenSession {
  readonly slot: Pkcs11Handle;
  readonly handle: Pkcs11Handle;
  /** Of the library when the session was opened. */
  readonly epoch: number;
}

/** A session with a token, logged in; it is opened and logged in again where the token was away for a while. */
export class TokenSession implements Disposable {
  readonly #library: Pkcs11Library;
  readonly #name: TokenName;
  readonly #pin: SecretBytes;
  #open: OpenSession | undefined;
  #serial = 0;
  #pinRefusal: CryptoError | undefined;

  /**
   * @param pin copied
   * @throws CryptoError `token-missing`, `token-locked`, `pin-wrong`, `text-malformed`, `provider-failed`
   */
  constructor(library: Pkcs11Library, name: TokenName, pin: SecretBytes) {
    this.#library = library;
    this.#name = name;
    this.#pin = pin.clone();
    try {
      this.#reopen();
    } catch (error) {
      this.#pin[Symbol.dispose]();
      throw error;
    }
  }

  /** Another number with every session that is opened: no handle of an object of before may be used then. */
  get serial(): number {
    return this.#serial;
  }

  /** What the token can do: numbers of mechanisms. */
  mechanisms(): readonly number[] {
    return this.run('C_GetMechanismList', (module) => module.C_GetMechanismList(this.#require().slot));
  }

  /**
   * Does something in the session, in one go: nothing else comes between. Where it fails and the session turns out to be
   * gone, it is opened anew and the same is done once more.
   *
   * @param doing a word for an error
   * @throws CryptoError `provider-closed`; what `use` throws, and for what the module throws: `token-missing`,
   *   `token-locked`, `pin-wrong`, `algorithm-unsupported`, `provider-failed`
   */
  run<T>(doing: string, use: (module: Pkcs11Module, session: Pkcs11Handle) => T): T {
    this.#refuseClosed();
    // Asked before, too: to who is not logged in a token says that there are no keys, which is no failure to it.
    if (!this.#isLoggedIn()) this.#reopen();
    try {
      return use(this.#library.module, this.#require().handle);
    } catch (error) {
      // An operation that stays active would be in the way of every other in this session.
      const isStuck = returnValueOf(error) === CKR.operationActive;
      if (!isStuck && this.#isUsable()) throw tokenError(error, doing);
    }
    this.#reopen();
    try {
      return use(this.#library.module, this.#require().handle);
    } catch (error) {
      throw tokenError(error, doing);
    }
  }

  /** Closes the session, which logs out where it is the last one with that token, and wipes the PIN. */
  [Symbol.dispose](): void {
    if (this.#pin.disposed) return;
    this.#closeQuietly();
    this.#pin[Symbol.dispose]();
  }

  #reopen(): void {
    // A PIN that was refused is not tried again: each try brings the token closer to blocking it.
    if (this.#pinRefusal !== undefined) throw this.#pinRefusal;
    this.#closeQuietly();
    const slot = this.#findSlot();
    try {
      const { module } = this.#library;
      const handle = module.C_OpenSession(slot, READ_WRITE_SESSION);
      this.#open = { slot, handle, epoch: this.#library.epoch };
      this.#serial += 1;
      this.#login(handle);
    } catch (error) {
      this.#closeQuietly();
      const refusal = tokenError(error, 'C_Login');
      if (refusal.code === 'pin-wrong') this.#pinRefusal = refusal;
      throw refusal;
    }
  }

  #findSlot(): Pkcs11Handle {
    const slot = this.#library.findSlot(this.#name);
    if (slot !== undefined) return slot;
    this.#library.restart();
    const again = this.#library.findSlot(this.#name);
    if (again !== undefined) return again;
    const value =
      'label' in this.#name ? `label ${this.#name.label}` : `serial number ${this.#name.serialNumber}`;
    throw new CryptoError('token-missing', 'the token is not there', { value });
  }

  #login(handle: Pkcs11Handle): void {
    // The module takes a string, which cannot be wiped.
    const pin = this.#pin.expose(pinText);
    try {
      this.#library.module.C_Login(handle, CKU_USER, pin);
    } catch (error) {
      // PKCS #11 logs a whole process in to a token: another session of ours has been here.
      if (returnValueOf(error) !== CKR.userAlreadyLoggedIn) throw error;
    }
  }

  #isUsable(): boolean {
    return (
      this.#isLoggedIn() && this.#open !== undefined && this.#library.isToken(this.#open.slot, this.#name)
    );
  }

  #isLoggedIn(): boolean {
    const open = this.#open;
    if (open?.epoch !== this.#library.epoch) return false;
    try {
      return this.#library.module.C_GetSessionInfo(open.handle).state === CKS_RW_USER_FUNCTIONS;
    } catch {
      return false;
    }
  }

  #closeQuietly(): void {
    const open = this.#open;
    this.#open = undefined;
    if (open?.epoch !== this.#library.epoch) return;
    try {
      this.#library.module.C_CloseSession(open.handle);
    } catch {
      // It was gone already, which is all that was wanted.
    }
  }

  #require(): OpenSession {
    if (this.#open === undefined)
      throw new CryptoError('token-missing', 'there is no session with the token');
    return this.#open;
  }

  #refuseClosed(): void {
    if (this.#pin.disposed || this.#library.disposed) {
      throw new CryptoError('provider-closed', 'the provider or its library was closed');
    }
  }
}

function pinText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new CryptoError('text-malformed', 'the PIN is not UTF-8', { value: `${bytes.length} bytes` });
  }
}
