import { byId } from './dom.ts';
import { EntryDetail } from './entry-detail.ts';
import { EntryList } from './entry-list.ts';
import { readBundle, type ReadBundle } from './read-bundle.ts';
import { showChecks, showVerdict, verdictOn } from './result-view.ts';
import { shown } from './shown-text.ts';
import { showTimeline } from './timeline.ts';
import { TrustForm } from './trust-form.ts';

const drop = byId('drop', HTMLElement);
const input = byId('bundle', HTMLInputElement);
const fileName = byId('file-name', HTMLElement);
const working = byId('working', HTMLElement);
const progress = byId('progress', HTMLProgressElement);
const evidence = byId('evidence', HTMLElement);

let file: File | undefined;
let reading = new AbortController();

const detail = new EntryDetail();
const list = new EntryList((row) => {
  void detail.show(row);
});
const trust = new TrustForm(() => {
  void verify();
});

/** Verifies the chosen file under what is trusted now, from its first byte on. */
async function verify(): Promise<void> {
  reading.abort();
  reading = new AbortController();
  const { signal } = reading;
  evidence.hidden = true;
  showVerdict(undefined);
  working.hidden = true;
  const policy = trust.policy;
  if (file === undefined) return;
  if (policy !== undefined && 'refused' in policy) {
    showVerdict({
      kind: 'bad',
      title: 'NOT VERIFIED',
      text: `What is trusted cannot be used: ${shown(policy.refused)}.`,
    });
    return;
  }
  working.hidden = false;
  progress.value = 0;
  try {
    const onProgress = (share: number): void => {
      progress.value = share;
    };
    const bundle = await readBundle(file, policy, onProgress, signal);
    if (!signal.aborted) show(bundle);
  } catch (error) {
    if (!signal.aborted)
      showVerdict({
        kind: 'bad',
        title: 'NOT VERIFIED',
        text: `The file cannot be read: ${shown(String(error))}.`,
      });
  } finally {
    if (signal === reading.signal) working.hidden = true;
  }
}

function show(bundle: ReadBundle): void {
  showVerdict(verdictOn(bundle));
  showChecks(bundle);
  showTimeline(bundle.entries, (row) => {
    list.choose(row);
  });
  detail.open(bundle);
  list.show(bundle.entries);
  evidence.hidden = false;
}

function take(chosen: File | undefined): void {
  if (chosen === undefined) return;
  file = chosen;
  void verify();
}

input.addEventListener('change', () => {
  fileName.textContent = '';
  take(input.files?.[0]);
});
// So that the same file, changed meanwhile, can be chosen again.
for (const field of [input, byId('policy', HTMLInputElement)]) {
  field.addEventListener('click', () => {
    field.value = '';
  });
}
byId('cancel', HTMLButtonElement).addEventListener('click', () => {
  reading.abort();
  working.hidden = true;
  showVerdict({ kind: 'warn', title: 'NOT VERIFIED', text: 'Reading was cancelled.' });
});
// Anywhere on the page, so that a file that misses the field does not replace the page.
document.addEventListener('dragover', (event) => {
  event.preventDefault();
  drop.classList.add('over');
});
document.addEventListener('dragleave', (event) => {
  if (event.relatedTarget === null) drop.classList.remove('over');
});
document.addEventListener('drop', (event) => {
  event.preventDefault();
  drop.classList.remove('over');
  const dropped = event.dataTransfer?.files[0];
  // The field goes on showing what was chosen in it, so it is emptied.
  input.value = '';
  fileName.textContent = shown(dropped?.name ?? '');
  take(dropped);
});
