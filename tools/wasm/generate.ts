import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compile, inputDigest } from './compile.ts';

/** The AssemblyScript sources, with the digest of the module that they make. */
export const sourceFolder: string = join(import.meta.dirname, '..', '..', 'libs', 'crypto-core', 'wasm');
const digestFile = join(sourceFolder, 'module.sha256');
const generatedFile = join(sourceFolder, '..', 'src', 'secp256k1', 'wasm', 'module.generated.ts');

/** The committed SHA-256 of the module, in hexadecimal. */
export function committedDigest(): string {
  return readFileSync(digestFile, 'utf8').trim();
}

/**
 * Compiles the sources, unless what was generated last is of the same, and writes the module as a TypeScript file for the
 * library to import.
 *
 * @param update to take what is compiled for right and write its digest
 * @throws when the module is not the one whose digest is committed; what was generated before is then left as it is
 */
export function generate(update: boolean): void {
  const mark = `inputs ${inputDigest(sourceFolder)}, module `;
  const before = existsSync(generatedFile) ? readFileSync(generatedFile, 'utf8') : '';
  if (before.includes(mark + committedDigest())) return;
  const { module, digest } = compile(sourceFolder);
  if (update) writeFileSync(digestFile, `${digest}\n`);
  if (digest !== committedDigest()) {
    throw new Error(
      `The WebAssembly module compiles to ${digest}, and libs/crypto-core/wasm/module.sha256 says ${committedDigest()}. ` +
        'After a change of its sources: node tools/wasm/build.ts --update',
    );
  }
  const text = `/** Generated from libs/crypto-core/wasm by tools/wasm/build.ts: ${mark}${digest}. */
export const MODULE_BASE64: string =
  '${Buffer.from(module).toString('base64')}';
`;
  // Renamed into place, because two commands may set up at once.
  const temporary = `${generatedFile}.${process.pid}`;
  writeFileSync(temporary, text);
  renameSync(temporary, generatedFile);
}
