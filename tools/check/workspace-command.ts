import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';
import type { Finding } from './check.ts';

/** The folder that holds the workspace's package.json. */
export const workspaceRoot: string = join(import.meta.dirname, '..', '..');

/** What a command printed and how it ended. */
export interface Ended {
  readonly status: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command of the workspace (its own tools come first on PATH) to its end, without standard input. */
export function runCommandIn(
  folder: string,
  command: string,
  ...parameters: readonly string[]
): Promise<Ended> {
  const tools = join(workspaceRoot, 'node_modules', '.bin');
  return new Promise((resolve, reject) => {
    const child = spawn(command, parameters, {
      cwd: folder,
      env: { ...process.env, PATH: [tools, process.env.PATH ?? ''].join(delimiter), NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', reject);
    child.on('close', (status) => {
      resolve({ status: status ?? undefined, stdout, stderr });
    });
  });
}

/** Runs a command whose exit code is the verdict. */
export async function commandFinding(command: string, ...parameters: readonly string[]): Promise<Finding> {
  const { status, stdout, stderr } = await runCommandIn(workspaceRoot, command, ...parameters);
  const started = `$ ${command} ${parameters.join(' ')}`;
  return {
    ok: status === 0,
    output: [started, stdout.trim(), stderr.trim()].filter((text) => text !== '').join('\n'),
  };
}
