// Makes a bare clone ready: installs what package-lock.json names when it is not installed yet, then checks
// that the Node on PATH can run the suite. Plain JavaScript, because the Node that starts it may be an old one.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const stamp = join(root, 'node_modules', '.setup-stamp');
const minimum = [24, 15];

const wanted = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .digest('hex');
const installed = existsSync(stamp) ? readFileSync(stamp, 'utf8') : '';

if (installed !== wanted) {
  console.error('Setting up: installing what package-lock.json names …');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  rmSync(stamp, { force: true });
  const { status, error } = spawnSync(npm, ['ci'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (status !== 0) {
    console.error(`Set-up failed: npm ci ended with ${error?.message ?? `status ${String(status)}`}.`);
    process.exit(1);
  }
  writeFileSync(stamp, wanted);
}

// npm puts node_modules/.bin first on PATH, and that may hold a newer Node than the one running this file.
const probe = spawnSync('node', ['--version'], { encoding: 'utf8', shell: process.platform === 'win32' });
const version = (probe.stdout ?? '').trim();
const [major = 0, minor = 0] = version.slice(1).split('.').map(Number);
if (major < minimum[0] || (major === minimum[0] && minor < minimum[1])) {
  console.error(
    `This needs Node ${minimum.join('.')} or newer and found ${version || 'none'}. ` +
      'No Node is bundled for this platform: install one from nodejs.org and run the command again.',
  );
  process.exit(1);
}

// The library imports the WebAssembly module as a file that is made here; the compiler asks for the newer Node.
const build = spawnSync('node', ['tools/wasm/build.ts'], {
  cwd: root,
  stdio: ['ignore', 'ignore', 'inherit'],
  shell: process.platform === 'win32',
});
if (build.status !== 0) {
  console.error('Set-up failed: the WebAssembly module was not built.');
  process.exit(1);
}
