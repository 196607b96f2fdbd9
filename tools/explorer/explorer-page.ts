import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rolldown } from 'rolldown';

const SOURCES = join(import.meta.dirname, '..', '..', 'libs', 'audit', 'src', 'explorer');

/**
 * The explorer of audit bundles as one HTML page that needs nothing beside itself: the verifier and the page's own code
 * as one script, its style, and a policy that lets the browser run these two and load nothing.
 */
export async function explorerPage(): Promise<string> {
  const [template, style, { script, folders }] = await Promise.all([
    readFile(join(SOURCES, 'explorer.html'), 'utf8'),
    readFile(join(SOURCES, 'explorer.css'), 'utf8'),
    bundledScript(),
  ]);
  const parts = {
    policy: `<meta http-equiv="Content-Security-Policy" content="${contentPolicy(script, style)}" />`,
    style: `<style>${style}</style>`,
    script: `<script type="module">${script}</script>`,
    licences: (await Promise.all(folders.map(licenceOf))).join('\n'),
  };
  return template.replace(
    /<!-- (policy|style|script|licences) -->/g,
    (_, name: keyof typeof parts) => parts[name],
  );
}

/** What others licensed and the page has in it: they ask that their notices stay with every copy. */
async function licenceOf(folder: string): Promise<string> {
  const { name, version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Manifest;
  const text = await readFile(join(folder, 'LICENSE'), 'utf8');
  const escaped = text.trim().replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<h3>${name} ${version}</h3><pre>${escaped}</pre>`;
}

interface Manifest {
  readonly name: string;
  readonly version: string;
}

interface BundledScript {
  readonly script: string;
  /** Of the installed packages that are in it. */
  readonly folders: readonly string[];
}

/** One module with everything that the page's code imports. */
async function bundledScript(): Promise<BundledScript> {
  const bundle = await rolldown({
    input: join(SOURCES, 'explorer.ts'),
    platform: 'browser',
    // The other libraries as sources, as everywhere in the workspace.
    resolve: { conditionNames: ['@bitcoin-enterprise/source', 'browser', 'import', 'default'] },
    // What the browser does not have must not slip in.
    external: [],
    onLog: (level, log) => {
      if (level === 'warn') throw new Error(log.message);
    },
  });
  const { output } = await bundle.generate({ format: 'es', minify: true });
  await bundle.close();
  const [chunk, ...more] = output;
  if (more.length > 0) throw new Error('the explorer is more than one script');
  if (/<\/script|<!--/i.test(chunk.code)) throw new Error('the script would end its own element');
  const folders = chunk.moduleIds.flatMap(
    (id) => /^.*[/\\]node_modules[/\\](?:@[^/\\]+[/\\])?[^/\\]+/u.exec(id) ?? [],
  );
  return { script: chunk.code, folders: [...new Set(folders)].sort() };
}

/** Nothing is loaded, sent or evaluated; only this script and this style count, and no text becomes markup. */
function contentPolicy(script: string, style: string): string {
  return [
    "default-src 'none'",
    `script-src '${sha256(script)}'`,
    `style-src '${sha256(style)}'`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
}

function sha256(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
