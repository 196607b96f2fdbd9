import { MODULE_BASE64 } from './module.generated.ts';
import type { VartimeExports } from './vartime-exports.ts';

/** The part of the WebAssembly JavaScript interface that is used, which the types of Node do not declare. */
interface WebAssemblyInterface {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: object };
}

/** The module, ready to be called. Both are of this moment: a call that grows the memory detaches `io`. */
export interface VartimeModule {
  readonly exports: VartimeExports;
  /** The buffer that arguments are written to and results read from; every call may overwrite all of it. */
  readonly io: Uint8Array;
}

let exports: VartimeExports | undefined;
let io: Uint8Array = new Uint8Array(0);

/**
 * The one instance of the module for variable-time arithmetic on secp256k1, compiled on first use. It imports nothing, so
 * it reaches nothing but its own memory, and that holds public data only.
 */
export function vartimeModule(): VartimeModule {
  exports ??= instantiate();
  if (io.buffer !== exports.memory.buffer) {
    io = new Uint8Array(exports.memory.buffer, exports.ioAddress(), exports.ioBytes());
  }
  return { exports, io };
}

function instantiate(): VartimeExports {
  const { Module, Instance } = (globalThis as unknown as { readonly WebAssembly: WebAssemblyInterface })
    .WebAssembly;
  const module = new Module(new Uint8Array(Buffer.from(MODULE_BASE64, 'base64')));
  return new Instance(module).exports as VartimeExports;
}
