import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BoundedLog } from './bounded-log.ts';
import { DevToolsPipe, type DevToolsEvent } from './chromium-pipe.ts';
import { locateChromium } from './chromium.ts';
import { endWithThisProcess } from './end-with-process.ts';
import { ServiceError } from './service-error.ts';

/** Without window, sandbox (which needs a kernel that lets this user make namespaces) and anything that calls home. */
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-dev-shm-usage',
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-default-apps',
  '--disable-extensions',
  '--disable-sync',
  '--mute-audio',
  '--remote-debugging-pipe',
];

/** One tab, driven over the Chrome DevTools Protocol. */
export interface BrowserPage {
  /** What the page has told so far, of the domains that were enabled, oldest first. */
  readonly events: readonly DevToolsEvent[];
  /** Calls a method of the protocol in this tab. */
  send(
    method: string,
    parameters?: Readonly<Record<string, unknown>>,
  ): Promise<Readonly<Record<string, unknown>>>;
  /** The value of an expression, awaited; rejects with what the expression throws. */
  evaluate(expression: string): Promise<unknown>;
}

/** A headless browser with a profile of its own, which is gone when it is closed, or when this process ends. */
export interface RunningBrowser extends AsyncDisposable {
  newPage(): Promise<BrowserPage>;
}

/**
 * Starts a Chromium.
 *
 * @throws ServiceError as {@link locateChromium}; `service-exited` when it ends before it answers
 */
export async function startChromium(): Promise<RunningBrowser> {
  const { command, environment } = await locateChromium();
  const profile = await mkdtemp(join(tmpdir(), 'chromium-'));
  const child = spawn(command, [...FLAGS, `--user-data-dir=${profile}`, 'about:blank'], {
    // It writes settings and caches of its own to the home folder, and leaves files in the temporary one.
    env: { ...process.env, HOME: profile, TMPDIR: profile, ...environment },
    stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
    detached: true,
  });
  const log = new BoundedLog(64 * 1024);
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    log.append(text);
  });
  const end = (): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // Nothing of its process group is left.
    }
  };
  const forget = endWithThisProcess({
    endNow: () => {
      end();
      rmSync(profile, { recursive: true, force: true });
    },
  });
  const exited = new Promise<void>((resolve) => {
    child.on('close', resolve).on('error', resolve);
  });
  const pipe = new DevToolsPipe(child.stdio[3], child.stdio[4]);
  void exited.then(() => {
    pipe.fail(
      new ServiceError('service-exited', `the browser ended: ${log.lastLines(5)}`, { value: command }),
    );
  });
  const close = async (): Promise<void> => {
    end();
    await exited;
    await rm(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
    forget();
  };
  try {
    await pipe.send('Browser.getVersion');
  } catch (error) {
    await close();
    throw error;
  }
  return { newPage: () => newPage(pipe), [Symbol.asyncDispose]: close };
}

async function newPage(pipe: DevToolsPipe): Promise<BrowserPage> {
  const { targetId } = await pipe.send('Target.createTarget', { url: 'about:blank' });
  const { sessionId } = await pipe.send('Target.attachToTarget', { targetId, flatten: true });
  const session = String(sessionId);
  const events = pipe.eventsOf(session);
  return {
    events,
    send: (method, parameters) => pipe.send(method, parameters, session),
    async evaluate(expression) {
      const options = { expression, awaitPromise: true, returnByValue: true };
      const { result, exceptionDetails } = await pipe.send('Runtime.evaluate', options, session);
      if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
      return (result as { readonly value?: unknown }).value;
    },
  };
}
