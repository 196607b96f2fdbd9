import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { openLog } from '@bitcoin-enterprise/audit';
import { signer } from './workload.ts';

export const CONTENDED_ORIGIN = 'example.com/contended/log';

const PROGRAM = fileURLToPath(import.meta.resolve('./contending-process.ts'));

/** What a process says when it has closed the log. */
export interface Session {
  /** How often it was refused with `log-locked` before. */
  readonly refusals: number;
  readonly acknowledged: readonly (readonly [index: number, number: number, leafHash: string])[];
}

/** What came of processes that shared a log. */
export interface ContentionResult {
  readonly acknowledged: number;
  /** Entries that were acknowledged, and are not in the log. */
  readonly lost: number;
  /** Positions that were acknowledged twice, or hold another entry than was acknowledged. */
  readonly forked: number;
  /** How often a process was refused because another one had the log. */
  readonly refusals: number;
  readonly problems: readonly string[];
}

/** Lets processes append to one log, each so many events, and compares the log with what they were told. */
export async function contend(
  folder: string,
  o: { readonly processes: number; readonly appends: number; readonly session: number },
  environment: NodeJS.ProcessEnv,
): Promise<ContentionResult> {
  const path = join(folder, 'contended.log');
  const runs = Array.from({ length: o.processes }, (_, own) => sessionsOf(path, own, o, environment));
  const sessions = (await Promise.all(runs)).map((of, own) => ({ own, of }));
  const claims = sessions.flatMap(({ own, of }) =>
    of.flatMap(({ acknowledged }) =>
      acknowledged.map(([index, number, leafHash]) => ({ own, index, number, leafHash })),
    ),
  );

  await using log = await openLog(path, { origin: CONTENDED_ORIGIN, signer: signer() });
  const { problems } = await log.check();
  const entries = await Array.fromAsync(log.read(), ({ body, leafHash, stream, streamVersion }) => {
    const { process, number } = body as { process: number; number: number };
    return { process, number, leafHash: Buffer.from(leafHash).toString('hex'), stream, streamVersion };
  });
  const versions = new Map<string, number>();
  const outOfOrder = entries.filter(({ stream, streamVersion }) => {
    const before = versions.get(stream) ?? 0;
    versions.set(stream, streamVersion);
    return streamVersion !== before + 1;
  });
  const isAnother = claims.filter(({ own, index, number, leafHash }) => {
    const entry = entries[index];
    return (
      entry !== undefined &&
      !(entry.process === own && entry.number === number && entry.leafHash === leafHash)
    );
  });
  return {
    acknowledged: claims.length,
    lost: claims.filter(({ index }) => index >= entries.length).length,
    forked: claims.length - new Set(claims.map(({ index }) => index)).size + isAnother.length,
    refusals: sessions.flatMap(({ of }) => of).reduce((sum, { refusals }) => sum + refusals, 0),
    problems: [
      ...problems.map(({ detail }) => `the contended log: ${detail}`),
      ...(outOfOrder.length > 0 ? [`${outOfOrder.length} entries do not continue their stream`] : []),
      ...(entries.length === claims.length
        ? []
        : [`${entries.length} entries, and ${claims.length} were acknowledged`]),
    ],
  };
}

async function sessionsOf(
  path: string,
  own: number,
  { appends, session }: { readonly appends: number; readonly session: number },
  environment: NodeJS.ProcessEnv,
): Promise<Session[]> {
  const parameters = [path, own, appends, session].map(String);
  const child = spawn(process.execPath, ['--conditions=@bitcoin-enterprise/source', PROGRAM, ...parameters], {
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  const sessions: Session[] = [];
  for await (const line of createInterface({ input: child.stdout }))
    sessions.push(JSON.parse(line) as Session);
  await ended;
  return sessions;
}
