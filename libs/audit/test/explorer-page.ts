import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { explorerPage } from '@bitcoin-enterprise/tools/explorer';
import { type BrowserPage, type RunningBrowser, startChromium } from '@bitcoin-enterprise/tools/services';

type Json = Readonly<Record<string, unknown>>;

/** The explorer in a browser, driven as a person drives it: by its fields, its buttons and the keyboard. */
export class ExplorerPage implements AsyncDisposable {
  readonly #browser: RunningBrowser;
  readonly page: BrowserPage;
  readonly #folder: string;

  private constructor(browser: RunningBrowser, page: BrowserPage, folder: string) {
    this.#browser = browser;
    this.page = page;
    this.#folder = folder;
  }

  /** @param folder where the page and what is given to it is written */
  static async open(folder: string): Promise<ExplorerPage> {
    const file = join(folder, 'explorer.html');
    await writeFile(file, await explorerPage());
    const browser = await startChromium();
    const page = await browser.newPage();
    for (const domain of ['Page', 'Runtime', 'DOM', 'Log', 'Network']) await page.send(`${domain}.enable`);
    const explorer = new ExplorerPage(browser, page, folder);
    await explorer.load(pathToFileURL(file).href);
    return explorer;
  }

  /** Loads the page, and with it forgets what was given to it. */
  async load(url?: string): Promise<void> {
    const seen = this.page.events.length;
    await (url === undefined ? this.page.send('Page.reload') : this.page.send('Page.navigate', { url }));
    await this.until(() =>
      this.page.events.slice(seen).some(({ method }) => method === 'Page.loadEventFired'),
    );
  }

  /** Gives a file to a field. */
  async choose(field: string, name: string, content: Uint8Array | string): Promise<void> {
    const path = join(this.#folder, name);
    await writeFile(path, content);
    const { root } = await this.page.send('DOM.getDocument');
    const { nodeId } = await this.page.send('DOM.querySelector', {
      nodeId: (root as Json).nodeId,
      selector: `#${field}`,
    });
    await this.page.send('DOM.setFileInputFiles', { nodeId, files: [path] });
  }

  /** Writes into a field. */
  async fill(field: string, text: string): Promise<void> {
    await this.page.evaluate(`{
      const field = document.getElementById(${JSON.stringify(field)});
      field.value = ${JSON.stringify(text)};
      for (const event of ['input', 'change']) field.dispatchEvent(new Event(event, { bubbles: true }));
    }`);
  }

  async click(selector: string): Promise<void> {
    await this.page.evaluate(`document.querySelector(${JSON.stringify(selector)}).click()`);
  }

  /** Presses and releases a key, such as `ArrowDown`. */
  async press(key: string, virtualKeyCode: number): Promise<void> {
    const event = {
      key,
      code: key,
      windowsVirtualKeyCode: virtualKeyCode,
      text: key === 'Enter' ? '\r' : undefined,
    };
    await this.page.send('Input.dispatchKeyEvent', { type: 'keyDown', ...event });
    await this.page.send('Input.dispatchKeyEvent', { type: 'keyUp', ...event });
  }

  /** Shown text of an element. */
  async text(selector: string): Promise<string> {
    return String(
      await this.page.evaluate(`document.querySelector(${JSON.stringify(selector)})?.innerText ?? ''`),
    );
  }

  /** The banner, once there is one. */
  async result(): Promise<string> {
    await this.until(async () => (await this.text('#result')) !== '');
    return (await this.text('#result')).replaceAll(/\s+/g, ' ');
  }

  /** The failed checks, as they are shown. */
  async failed(): Promise<string[]> {
    const items = `[...document.querySelectorAll('#checks li.bad')].map((item) => item.innerText.replaceAll(/\\s+/g, ' '))`;
    return (await this.page.evaluate(items)) as string[];
  }

  async until(condition: () => boolean | Promise<boolean>): Promise<void> {
    const end = Date.now() + 40_000;
    while (!(await condition())) {
      if (Date.now() > end) throw new Error(`waited in vain; the page shows: ${await this.text('body')}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** A picture of the page as PNG. */
  async picture(): Promise<Uint8Array> {
    const { data } = await this.page.send('Page.captureScreenshot', { format: 'png' });
    return new Uint8Array(Buffer.from(String(data), 'base64'));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser[Symbol.asyncDispose]();
  }
}
