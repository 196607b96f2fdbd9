/** The longest policy file that is read: 64 logs and 64 witnesses with keys of 1.8 kB. */
const MAX_POLICY_BYTES = 262_144;

/** A line of a policy file that says something. */
export interface PolicyLine {
  /** From 1. */
  readonly line: number;
  /** Octets of the file, one a character. */
  readonly items: readonly string[];
}

/**
 * Cuts a policy file into lines of items (C2SP tlog-policy, "Structure", "Character set"): octets, so that what is opaque
 * to the format stays opaque; empty lines and comments are left out.
 */
export function readPolicyLines(
  file: Uint8Array,
):
  | { readonly lines: readonly PolicyLine[]; readonly count: number }
  | { readonly line: number; readonly reason: string } {
  if (file.length > MAX_POLICY_BYTES) return { line: 1, reason: `longer than ${MAX_POLICY_BYTES} bytes` };
  const all = octetsOf(file).split('\n');
  if (all.pop() !== '') return { line: all.length + 1, reason: 'the last line does not end' };
  const lines: PolicyLine[] = [];
  for (const [position, text] of all.entries()) {
    const line = position + 1;
    if (/[\x00-\x08\x0b-\x1f\x7f]/.test(text)) return { line, reason: 'a control character' };
    const items = text.split(/[ \t]+/).filter((item) => item !== '');
    if (items[0]?.startsWith('#') === false) lines.push({ line, items });
  }
  return { lines, count: all.length };
}

function octetsOf(file: Uint8Array): string {
  let text = '';
  for (let start = 0; start < file.length; start += 8192) {
    text += String.fromCharCode(...file.subarray(start, start + 8192));
  }
  return text;
}
