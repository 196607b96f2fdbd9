import { readTrustPolicy, type RefusedPolicy } from '../verify/trust-policy-file.ts';
import type { TrustPolicy } from '../verify/trust-policy.ts';
import { byId } from './dom.ts';
import { shown, shownHex } from './shown-text.ts';

const MAX_POLICY_BYTES = 1_000_000;

/** The fields in which an examiner says whom to trust. */
export class TrustForm {
  readonly #form = byId('trust', HTMLFormElement);
  readonly #origin = byId('origin', HTMLInputElement);
  readonly #key = byId('key', HTMLInputElement);
  readonly #pinned = byId('pinned', HTMLTextAreaElement);
  readonly #whole = byId('whole', HTMLInputElement);
  readonly #policy = byId('policy', HTMLInputElement);
  readonly #problem = byId('trust-problem', HTMLElement);
  /** Why the file that was chosen last is no policy; until something else is given. */
  #refusedFile: RefusedPolicy | undefined;

  /** @param onChange called when what is trusted has changed */
  constructor(onChange: () => void) {
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
    });
    for (const field of [this.#origin, this.#key, this.#pinned, this.#whole]) {
      field.addEventListener('change', () => {
        this.#refusedFile = undefined;
        onChange();
      });
    }
    this.#policy.addEventListener('change', () => {
      const [file] = this.#policy.files ?? [];
      if (file !== undefined) void this.#take(file).then(onChange);
    });
  }

  /** What is trusted: a policy, nothing while no key is given, or why what is given is none. */
  get policy(): TrustPolicy | RefusedPolicy | undefined {
    if (this.#refusedFile !== undefined) return this.#show(this.#refusedFile);
    const publicKey = this.#key.value.trim();
    if (publicKey === '') {
      this.#show(undefined);
      return undefined;
    }
    const pinned = withLineFeeds(this.#pinned.value);
    const policy = readTrustPolicy(
      JSON.stringify({
        origin: this.#origin.value.trim(),
        publicKey,
        ...(pinned === '' ? {} : { pinnedCheckpoint: pinned }),
        ...(this.#whole.checked ? { wholeLog: true } : {}),
      }),
    );
    return this.#show(policy);
  }

  async #take(file: File): Promise<void> {
    const text = file.size > MAX_POLICY_BYTES ? '' : await file.text().catch(() => '');
    const policy = readTrustPolicy(text);
    if ('refused' in policy) {
      // It leaves nothing behind of what was trusted before.
      for (const field of [this.#origin, this.#key, this.#pinned]) field.value = '';
      this.#whole.checked = false;
      this.#refusedFile = { refused: `${file.name} is no trust policy: ${policy.refused}` };
      return;
    }
    this.#refusedFile = undefined;
    this.#origin.value = policy.origin;
    this.#key.value = shownHex(policy.publicKey);
    this.#pinned.value = policy.pinnedCheckpoint ?? '';
    this.#whole.checked = policy.wholeLog ?? false;
  }

  #show<Policy extends TrustPolicy | RefusedPolicy | undefined>(policy: Policy): Policy {
    const isRefused = policy !== undefined && 'refused' in policy;
    this.#problem.textContent = isRefused ? shown(policy.refused) : '';
    this.#key.setAttribute('aria-invalid', String(isRefused));
    return policy;
  }
}

/** A note ends with a line feed, which is easily lost in copying. */
function withLineFeeds(note: string): string {
  const trimmed = note.replaceAll('\r\n', '\n').replace(/^\s+|\n+$/g, '');
  return trimmed === '' ? '' : `${trimmed}\n`;
}
