import { CryptoError } from '../error.ts';
import { CKF_OS_LOCKING_OK, CKR } from './cryptoki.ts';
import type { Pkcs11Handle, Pkcs11Module } from './pkcs11-module.ts';
import { returnValueOf, tokenError } from './token-error.ts';

/** Which token: by the label that it was given, or by its serial number where two have the same label. */
export type TokenName = { readonly label: string } | { readonly serialNumber: string };

/**
 * The PKCS #11 library of a token's maker, loaded into this process. One object serves every token of that library.
 */
export class Pkcs11Library implements Disposable {
  readonly module: Pkcs11Module;
  readonly #initializedHere: boolean;
  #epoch = 1;
  #disposed = false;

  private constructor(module: Pkcs11Module, initializedHere: boolean) {
    this.module = module;
    this.#initializedHere = initializedHere;
  }

  /**
   * Loads and initializes a library.
   *
   * @param module a new object of class `PKCS11` of the npm package `pkcs11js`
   * @param path of the shared library, such as `/usr/lib/softhsm/libsofthsm2.so`
   * @throws CryptoError `provider-unavailable`
   */
  static open(module: Pkcs11Module, path: string): Pkcs11Library {
    try {
      module.load(path);
    } catch (error) {
      // No PIN was given to anything yet: the loader's own words are safe, and say what is missing.
      throw unavailable(path, error instanceof Error ? error.message : 'it cannot be loaded');
    }
    try {
      module.C_Initialize({ flags: CKF_OS_LOCKING_OK });
      return new Pkcs11Library(module, true);
    } catch (error) {
      // Something else in this process uses the library too, and ends it.
      if (returnValueOf(error) === CKR.cryptokiAlreadyInitialized) return new Pkcs11Library(module, false);
      module.close();
      throw unavailable(path, tokenError(error, 'C_Initialize').value);
    }
  }

  /** Another number after every {@link restart}: no handle of before means anything then. */
  get epoch(): number {
    return this.#epoch;
  }

  get disposed(): boolean {
    return this.#disposed;
  }

  /**
   * The slot that a token is in; undefined where it is in none.
   *
   * @throws CryptoError `token-missing` where more than one token has the name
   */
  findSlot(name: TokenName): Pkcs11Handle | undefined {
    const found = this.#slots().filter((slot) => this.isToken(slot, name));
    if (found.length > 1) {
      throw new CryptoError('token-missing', 'more than one token has that label', {
        value: `${found.length} tokens`,
        limit: 'one: name it by its serial number',
      });
    }
    return found[0];
  }

  /** Whether a token is in a slot now. */
  isToken(slot: Pkcs11Handle, name: TokenName): boolean {
    try {
      const { label, serialNumber } = this.module.C_GetTokenInfo(slot);
      return 'label' in name ? label.trimEnd() === name.label : serialNumber.trimEnd() === name.serialNumber;
    } catch {
      // A slot that cannot be asked holds no token that can be used.
      return false;
    }
  }

  /**
   * Ends the library and starts it again, without which some do not see a token that was taken out and put back. Every
   * session of this process with it ends. Where it does not start there are no tokens until it does. Does nothing where
   * something else initialized it.
   */
  restart(): void {
    if (!this.#initializedHere) return;
    this.#end();
    try {
      this.module.C_Initialize({ flags: CKF_OS_LOCKING_OK });
    } catch {
      // Some do not start without a token. It is missing then, which is what whoever looks for it is told.
    }
  }

  /** Ends the library; providers over it are of no use afterwards. A second call does nothing. */
  [Symbol.dispose](): void {
    if (this.#disposed) return;
    this.#disposed = true;
    if (this.#initializedHere) this.#end();
    this.module.close();
  }

  #end(): void {
    this.#epoch += 1;
    try {
      this.module.C_Finalize();
    } catch {
      // Something else in this process has ended it already.
    }
  }

  #slots(): Pkcs11Handle[] {
    try {
      return this.module.C_GetSlotList(true);
    } catch {
      // Ended by something else in this process, or out of order: either way no token is to be had before a restart.
      return [];
    }
  }
}

function unavailable(path: string, reason = 'it cannot be used'): CryptoError {
  return new CryptoError('provider-unavailable', 'the PKCS #11 library cannot be used', {
    value: reason.includes(path) ? reason : `${path}: ${reason}`,
  });
}
