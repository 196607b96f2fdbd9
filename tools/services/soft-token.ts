import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { endWithThisProcess } from './end-with-process.ts';
import { loadPkcs11Binding } from './pkcs11-binding.ts';
import { type LocatedLibrary, locateSoftHsm } from './softhsm-library.ts';
import { isServiceError } from './service-error.ts';

/** Keeps a library in memory after `dlclose`; not among Node's constants, the same on Linux and on macOS' other value. */
const RTLD_NODELETE = process.platform === 'darwin' ? 0x80 : 0x1000;
const SECURITY_OFFICER = 0;
const RW_SERIAL_SESSION = 0x6;

/** What is used here of `pkcs11js`' class `PKCS11`, to set tokens up; the library under test takes the same object. */
export interface Pkcs11Setup {
  load(path: string): void;
  close(): void;
  C_Initialize(o?: { flags: number }): void;
  C_Finalize(): void;
  C_GetSlotList(tokenPresent: boolean): Buffer[];
  C_GetTokenInfo(slot: Buffer): { readonly label: string; readonly serialNumber: string };
  C_InitToken(slot: Buffer, pin: string, label: string): unknown;
  C_InitPIN(session: Buffer, pin: string): void;
  C_OpenSession(slot: Buffer, flags: number): Buffer;
  C_CloseSession(session: Buffer): void;
  C_Login(session: Buffer, userType: number, pin: string): void;
  C_Logout(session: Buffer): void;
}

/** A folder with SoftHSM tokens of the caller's own, for one process. */
export interface SoftTokens extends Disposable {
  /** The PKCS#11 module. */
  readonly libraryPath: string;
  /** The class of `pkcs11js`. */
  readonly PKCS11: new () => unknown;
  /** Where the tokens' files are: a folder in it for each. */
  readonly tokenFolder: string;
  /** What another process needs in its environment to see the same tokens. */
  readonly environment: Readonly<Record<string, string>>;
  /** Makes a token; without a PIN it has none and nobody can log in. */
  add(label: string, o?: { readonly pin?: string }): void;
}

/**
 * SoftHSM with an empty private folder, configured for this process and its children by `SOFTHSM2_CONF`; or why it cannot
 * be had here, in words that complete "this machine has no …". The folder is gone after dispose.
 */
export async function openSoftTokens(): Promise<SoftTokens | { readonly lacks: string }> {
  const binding = await loadPkcs11Binding();
  if ('lacks' in binding) return binding;
  const library = await locateSoftHsm().catch((error: unknown) => {
    if (isServiceError(error) && error.code === 'service-not-found') return { lacks: error.message };
    throw error;
  });
  if ('lacks' in library) return library;
  loadNeeded(library);
  const { PKCS11 } = binding.module as { readonly PKCS11: new () => Pkcs11Setup };
  const folder = mkdtempSync(join(tmpdir(), 'softhsm-'));
  const remove = (): void => {
    rmSync(folder, { recursive: true, force: true });
  };
  const forget = endWithThisProcess({ endNow: remove });
  const tokenFolder = join(folder, 'tokens');
  const configuration = join(folder, 'softhsm2.conf');
  mkdirSync(tokenFolder);
  writeFileSync(configuration, `directories.tokendir = ${tokenFolder}\nlog.level = ERROR\n`);
  process.env.SOFTHSM2_CONF = configuration;
  return {
    libraryPath: library.path,
    PKCS11,
    tokenFolder,
    environment: { SOFTHSM2_CONF: configuration },
    add: (label, o = {}) => {
      addToken(new PKCS11(), library.path, { label, ...o });
    },
    [Symbol.dispose]: () => {
      forget();
      remove();
    },
  };
}

/** Loads what came with a library before the library itself, whose loader would look in the system's folders. */
function loadNeeded(library: LocatedLibrary): void {
  for (const path of library.needs) {
    try {
      process.dlopen({ exports: {} }, path, constants.dlopen.RTLD_LAZY | RTLD_NODELETE);
    } catch (error) {
      // Node expects an addon, refuses this and would unload it; by then it is loaded, and stays so.
      if (!(error instanceof Error && error.message.includes('self-register'))) throw error;
    }
  }
}

function addToken(module: Pkcs11Setup, libraryPath: string, o: { label: string; pin?: string }): void {
  module.load(libraryPath);
  const initialized = initialize(module);
  try {
    setUpToken(module, o);
  } finally {
    if (initialized) module.C_Finalize();
    module.close();
  }
}

/** False where something in this process has the library in use already, and is to keep it. */
function initialize(module: Pkcs11Setup): boolean {
  try {
    module.C_Initialize();
    return true;
  } catch (error) {
    if (error instanceof Error && error.message.includes('CKR_CRYPTOKI_ALREADY_INITIALIZED')) return false;
    throw error;
  }
}

function setUpToken(module: Pkcs11Setup, o: { label: string; pin?: string }): void {
  const securityOfficerPin = randomBytes(8).toString('hex');
  const empty = module.C_GetSlotList(true).at(-1);
  if (empty === undefined) throw new Error('SoftHSM offers no slot for a new token');
  module.C_InitToken(empty, securityOfficerPin, o.label.padEnd(32));
  if (o.pin === undefined) return;
  const slot = module
    .C_GetSlotList(true)
    .find((candidate) => module.C_GetTokenInfo(candidate).label.trimEnd() === o.label);
  if (slot === undefined) throw new Error(`SoftHSM has no token ${o.label} after making it`);
  const session = module.C_OpenSession(slot, RW_SERIAL_SESSION);
  module.C_Login(session, SECURITY_OFFICER, securityOfficerPin);
  module.C_InitPIN(session, o.pin);
  module.C_Logout(session);
  module.C_CloseSession(session);
}
