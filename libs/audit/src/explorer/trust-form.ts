import { readExaminerPolicy } from '../anchor/examiner-policy.ts';
import { isRefusedPolicy, type RefusedPolicy } from '../verify/trust-policy-file.ts';
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
  readonly #witnesses = byId('witnesses', HTMLTextAreaElement);
  readonly #bitcoin = byId('bitcoin', HTMLTextAreaElement);
  readonly #anchored = byId('anchored', HTMLInputElement);
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
    for (const field of [...this.#texts, this.#anchored, this.#whole]) {
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
    return this.#show(this.#given(publicKey));
  }

  /** The fields of text, all of which a policy file fills. */
  get #texts(): readonly (HTMLInputElement | HTMLTextAreaElement)[] {
    return [this.#origin, this.#key, this.#pinned, this.#witnesses, this.#bitcoin];
  }

  #given(publicKey: string): TrustPolicy | RefusedPolicy {
    const pinned = withLineFeeds(this.#pinned.value);
    const witnesses = withLineFeeds(this.#witnesses.value);
    const bitcoin = this.#bitcoin.value.trim();
    const chain = bitcoin === '' ? {} : parsed(bitcoin);
    if (chain === undefined) return { refused: 'bitcoin: not JSON' };
    return readExaminerPolicy(
      JSON.stringify({
        origin: this.#origin.value.trim(),
        publicKey,
        ...(pinned === '' ? {} : { pinnedCheckpoint: pinned }),
        ...(witnesses === '' ? {} : { witnesses }),
        ...(bitcoin === '' ? {} : { bitcoin: chain }),
        ...(this.#anchored.checked ? { anchored: true } : {}),
        ...(this.#whole.checked ? { wholeLog: true } : {}),
      }),
    );
  }

  async #take(file: File): Promise<void> {
    const text = file.size > MAX_POLICY_BYTES ? '' : await file.text().catch(() => '');
    const policy = readExaminerPolicy(text);
    if (isRefusedPolicy(policy)) {
      // It leaves nothing behind of what was trusted before.
      for (const field of this.#texts) field.value = '';
      this.#anchored.checked = false;
      this.#whole.checked = false;
      this.#refusedFile = { refused: `${file.name} is no trust policy: ${policy.refused}` };
      return;
    }
    this.#refusedFile = undefined;
    const { witnesses = '', bitcoin } = JSON.parse(text) as PolicyTexts;
    this.#origin.value = policy.origin;
    this.#key.value = shownHex(policy.publicKey);
    this.#pinned.value = policy.pinnedCheckpoint ?? '';
    this.#witnesses.value = typeof witnesses === 'string' ? witnesses : witnesses.join('\n');
    this.#bitcoin.value = bitcoin === undefined ? '' : JSON.stringify(bitcoin);
    this.#anchored.checked = policy.anchors?.required ?? false;
    this.#whole.checked = policy.wholeLog ?? false;
  }

  #show<Policy extends TrustPolicy | RefusedPolicy | undefined>(policy: Policy): Policy {
    const refused = policy !== undefined && isRefusedPolicy(policy) ? policy.refused : '';
    this.#problem.textContent = shown(refused);
    this.#key.setAttribute('aria-invalid', String(refused !== ''));
    return policy;
  }
}

/** What is shown of a policy that was read as it was written. */
interface PolicyTexts {
  readonly witnesses?: string | readonly string[];
  readonly bitcoin?: unknown;
}

/** `undefined` for what is not JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A note ends with a line feed, which is easily lost in copying. */
function withLineFeeds(note: string): string {
  const trimmed = note.replaceAll('\r\n', '\n').replace(/^\s+|\n+$/g, '');
  return trimmed === '' ? '' : `${trimmed}\n`;
}
