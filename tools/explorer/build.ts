// Writes the explorer page to where the published package has it.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { explorerPage } from './explorer-page.ts';

const folder = join(import.meta.dirname, '..', '..', 'libs', 'audit', 'dist');

const page = await explorerPage();
await mkdir(folder, { recursive: true });
await writeFile(join(folder, 'explorer.html'), page);
console.log(`${join('libs', 'audit', 'dist', 'explorer.html')} (${Math.ceil(page.length / 1024)} KiB)`);
