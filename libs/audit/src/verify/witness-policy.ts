import { readPolicyLines } from './policy-lines.ts';
import { readVerifierKey, type VerifierKey } from './verifier-key.ts';

/** Who must have signed and cosigned a checkpoint before it is believed (C2SP tlog-policy). */
export interface WitnessPolicy {
  /** Each is accepted. Empty where the log is known from elsewhere. */
  readonly logs: readonly PolicyLog[];
  readonly witnesses: readonly PolicyWitness[];
  /** Which witnesses are enough; `undefined` for `quorum none`. */
  readonly quorum: PolicyRule | undefined;
}

export interface PolicyLog {
  /** Its name is the origin of the log. */
  readonly key: VerifierKey;
  readonly url?: string;
}

export interface PolicyWitness {
  /** Inside the policy; the name of its key is another. */
  readonly name: string;
  readonly key: VerifierKey;
  /** Where `add-checkpoint` is asked for (C2SP tlog-witness, submission prefix). */
  readonly url?: string;
}

/** A witness by itself, or so many of a group. */
export type PolicyRule =
  | { readonly witness: PolicyWitness }
  | { readonly group: string; readonly threshold: number; readonly members: readonly PolicyRule[] };

/** A policy, or which line of the file is wrong and how. */
export type PolicyResult =
  | { readonly ok: true; readonly policy: WitnessPolicy }
  | { readonly ok: false; readonly line: number; readonly reason: string };

const MAX_DEFINITIONS = 64;

/**
 * Reads a policy file (C2SP tlog-policy): lines `log <vkey> [<url>]`, `witness <name> <vkey> [<url>]`,
 * `group <name> all|any|<k> <name>…` and one `quorum <name>|none`. Never throws.
 *
 * Limits: 256 KiB, and 64 logs, witnesses and groups each.
 */
export function readWitnessPolicy(file: Uint8Array): PolicyResult {
  const lines = readPolicyLines(file);
  if ('reason' in lines) return { ok: false, ...lines };
  const reader = new PolicyReader();
  for (const { line, items } of lines.lines) {
    const reason = reader.read(items);
    if (reason !== undefined) return { ok: false, line, reason };
  }
  const policy = reader.policy();
  return policy === undefined
    ? { ok: false, line: lines.count, reason: 'there is no quorum line' }
    : { ok: true, policy };
}

class PolicyReader {
  readonly #logs: PolicyLog[] = [];
  readonly #witnesses: PolicyWitness[] = [];
  /** By name, as the octets of the file. */
  readonly #rules = new Map<string, PolicyRule>();
  readonly #used = new Set<string>();
  #quorum: { readonly rule: PolicyRule | undefined } | undefined;

  /** Takes one line; what is wrong with it. */
  read([keyword = '', ...items]: readonly string[]): string | undefined {
    switch (keyword) {
      case 'log':
        return this.#log(items);
      case 'witness':
        return this.#witness(items);
      case 'group':
        return this.#group(items);
      case 'quorum':
        return this.#setQuorum(items);
      default:
        return 'the line is neither log, witness, group nor quorum';
    }
  }

  policy(): WitnessPolicy | undefined {
    const quorum = this.#quorum;
    return quorum === undefined
      ? undefined
      : { logs: this.#logs, witnesses: this.#witnesses, quorum: quorum.rule };
  }

  #log([vkey, url, ...rest]: readonly string[]): string | undefined {
    const key = readVerifierKey(utf8(vkey ?? ''));
    if (key === undefined || rest.length > 0) return 'a log is a verifier key, and maybe a URL';
    if (key.type === 'ed25519-cosignature') return 'the key is of a type for witnesses, not for logs';
    if (this.#logs.some((log) => samePublicKey(log.key, key))) return 'the log is there twice';
    if (this.#logs.length >= MAX_DEFINITIONS) return `more than ${MAX_DEFINITIONS} logs`;
    this.#logs.push({ key, ...(url === undefined ? {} : { url: utf8(url) }) });
    return undefined;
  }

  #witness([name, vkey, url, ...rest]: readonly string[]): string | undefined {
    const key = readVerifierKey(utf8(vkey ?? ''));
    if (name === undefined || key === undefined || rest.length > 0) {
      return 'a witness is a name, a verifier key, and maybe a URL';
    }
    if (key.type === 'ed25519') return 'the key is of a type for logs, not for witnesses';
    if (this.#witnesses.some((witness) => samePublicKey(witness.key, key)))
      return 'the witness is there twice';
    if (this.#witnesses.length >= MAX_DEFINITIONS) return `more than ${MAX_DEFINITIONS} witnesses`;
    const witness = { name: utf8(name), key, ...(url === undefined ? {} : { url: utf8(url) }) };
    this.#witnesses.push(witness);
    return this.#define(name, { witness });
  }

  #group([name, threshold, ...members]: readonly string[]): string | undefined {
    if (name === undefined || threshold === undefined || members.length === 0) {
      return 'a group is a name, a threshold and at least one member';
    }
    const rules: PolicyRule[] = [];
    for (const member of members) {
      const rule = this.#rules.get(member);
      if (rule === undefined) return `${quoted(member)} is not defined above`;
      // A witness that counted twice would make a quorum of fewer.
      if (this.#used.has(member)) return `${quoted(member)} is a member already`;
      this.#used.add(member);
      rules.push(rule);
    }
    const least = threshold === 'any' ? 1 : threshold === 'all' ? rules.length : readCount(threshold);
    if (least === undefined || least > rules.length) return `the threshold is not 1 to ${rules.length}`;
    if (this.#rules.size - this.#witnesses.length >= MAX_DEFINITIONS)
      return `more than ${MAX_DEFINITIONS} groups`;
    return this.#define(name, { group: utf8(name), threshold: least, members: rules });
  }

  #setQuorum([name, ...rest]: readonly string[]): string | undefined {
    if (name === undefined || rest.length > 0) return 'a quorum is one name';
    if (this.#quorum !== undefined) return 'there is a second quorum line';
    const rule = this.#rules.get(name);
    if (rule === undefined && name !== 'none') return `${quoted(name)} is not defined above`;
    this.#quorum = { rule };
    return undefined;
  }

  #define(name: string, rule: PolicyRule): string | undefined {
    if (name === 'none') return '"none" is the name of no quorum';
    if (this.#rules.has(name)) return `${quoted(name)} is defined already`;
    this.#rules.set(name, rule);
    return undefined;
  }
}

function samePublicKey(left: VerifierKey, right: VerifierKey): boolean {
  return left.publicKey.join() === right.publicKey.join();
}

function readCount(text: string): number | undefined {
  return /^[1-9][0-9]{0,3}$/.test(text) ? Number(text) : undefined;
}

/** Octets of the file, one a character, as the text that they are. Names that are no UTF-8 are told apart all the same. */
function utf8(octets: string): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(
    Uint8Array.from(octets, (octet) => octet.charCodeAt(0)),
  );
}

function quoted(octets: string): string {
  return JSON.stringify(utf8(octets).slice(0, 80));
}
