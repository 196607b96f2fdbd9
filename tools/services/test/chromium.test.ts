import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startChromium } from '../chromium-browser.ts';
import { locateChromium } from '../chromium.ts';
import { isServiceError } from '../service-error.ts';
import { privateFolder } from './private-folder.ts';

async function program(folder: string, name: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, '#!/bin/sh\nexit 3\n');
  await chmod(path, 0o755);
  return path;
}

describe('locating Chromium', () => {
  it('takes the environment variable first, and then PATH under any of its names', async () => {
    await using folder = await privateFolder();
    const own = await program(folder.path, 'own');
    const installed = await program(folder.path, 'google-chrome');
    expect(await locateChromium({ environment: { CHROMIUM: own, PATH: folder.path } })).toEqual({
      command: own,
      environment: {},
      source: 'environment',
    });
    expect(await locateChromium({ environment: { PATH: folder.path } })).toEqual({
      command: installed,
      environment: {},
      source: 'path',
    });
  });

  it('refuses an environment variable that names nothing, and says in one line what to install', async () => {
    await using folder = await privateFolder();
    const wrong = await locateChromium({ environment: { CHROMIUM: '/nowhere' } }).catch((e: unknown) => e);
    expect(wrong).toMatchObject({ code: 'service-not-executable', value: '/nowhere' });
    const environment = { PATH: folder.path, BITCOIN_ENTERPRISE_CACHE: folder.path };
    const missing = await locateChromium({ environment }).catch((e: unknown) => e);
    if (!isServiceError(missing)) throw new Error('it was found');
    expect(missing.code).toBe('service-not-found');
    expect(missing.message).toContain('Install Chromium or Chrome 124 or newer');
    expect(missing.message).not.toContain('\n');
  });
});

describe('a headless browser', () => {
  it('loads a page, evaluates in it, tells what it does, and is gone when it is closed', async () => {
    await using folder = await privateFolder();
    const file = join(folder.path, 'page.html');
    await writeFile(file, '<!doctype html><title>A page</title><script>console.log("said")</script>');
    await using browser = await startChromium();
    const page = await browser.newPage();
    await page.send('Page.enable');
    await page.send('Runtime.enable');
    await page.send('Page.navigate', { url: `file://${file}` });
    while (!page.events.some(({ method }) => method === 'Page.loadEventFired')) {
      expect(await page.evaluate('1 + 1')).toBe(2);
    }
    expect(await page.evaluate('document.title')).toBe('A page');
    expect(await page.evaluate('new Promise((resolve) => setTimeout(resolve, 5, "later"))')).toBe('later');
    expect(page.events.map(({ method }) => method)).toContain('Runtime.consoleAPICalled');
    await expect(page.evaluate('nothing.at.all')).rejects.toThrow('nothing is not defined');
    await expect(page.send('No.such')).rejects.toMatchObject({ code: 'rpc-refused' });
    await browser[Symbol.asyncDispose]();
    await expect(page.evaluate('1')).rejects.toMatchObject({ code: 'service-exited' });
  });

  it('says what it said when it ends before it answers', async () => {
    await using folder = await privateFolder();
    const before = process.env.CHROMIUM;
    process.env.CHROMIUM = await program(folder.path, 'ends');
    try {
      await expect(startChromium()).rejects.toMatchObject({ code: 'service-exited' });
    } finally {
      if (before === undefined) delete process.env.CHROMIUM;
      else process.env.CHROMIUM = before;
    }
  });
});
