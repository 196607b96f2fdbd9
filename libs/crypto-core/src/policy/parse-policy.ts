import { SUITE_NAMES, type SuiteName } from '../envelope/suite.ts';
import { CryptoError } from '../error.ts';
import type { PolicyFloor } from './decision.ts';
import {
  POLICY_FORMAT,
  type PolicyConditions,
  type PolicyDocument,
  type PolicyOutcome,
  type PolicyRule,
  type PolicyVocabulary,
} from './policy-document.ts';

const MAX_TEXT_LENGTH = 65_536;
const MAX_RULES = 256;
const MAX_WORDS = 256;
/** The version of a format is one byte. */
const MAX_VERSION = 255;
const WORD = /^[a-z0-9][a-z0-9.-]{0,63}$/;

type Fields = Readonly<Record<string, unknown>>;

/**
 * The policy of a JSON text: every field known, none missing, every word declared, every suite known.
 *
 * @throws CryptoError `policy-malformed`, which names the field
 */
export function parsePolicyText(text: string): PolicyDocument {
  if (text.length > MAX_TEXT_LENGTH) {
    throw malformed('the policy is too long', `${text.length} characters`, `${MAX_TEXT_LENGTH} characters`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw malformed('the policy is not JSON');
  }
  return parsePolicyDocument(value);
}

/**
 * The same for a value that was JSON. The result shares nothing with it and is frozen.
 *
 * @throws CryptoError `policy-malformed`
 */
export function parsePolicyDocument(value: unknown): PolicyDocument {
  const fields = object(value, 'policy', ['format', 'name', 'otherwise', 'rules', 'vocabulary']);
  if (fields.format !== POLICY_FORMAT)
    throw malformed('the format of the policy is not known', '', POLICY_FORMAT);
  const vocabulary = parseVocabulary(fields.vocabulary);
  const rules = list(fields.rules, 'rules', MAX_RULES).map((rule, index) =>
    parseRule(rule, `rules[${index}]`, vocabulary),
  );
  // The outcome where no rule holds goes by that name in a decision.
  refuseRepeats([...rules.map(({ name }) => name), 'otherwise'], 'rules');
  const otherwise = object(fields.otherwise, 'otherwise', ['accept', 'seal']);
  return Object.freeze({
    format: POLICY_FORMAT,
    name: word(fields.name, 'name'),
    vocabulary,
    rules: Object.freeze(rules),
    otherwise: Object.freeze(parseOutcome(otherwise, 'otherwise')),
  });
}

function parseVocabulary(value: unknown): PolicyVocabulary {
  const fields = object(value, 'vocabulary', ['compliance', 'sensitivity', 'threat']);
  const sensitivity = words(fields.sensitivity, 'vocabulary.sensitivity');
  if (sensitivity.length === 0) throw malformed('vocabulary.sensitivity is empty', '0 words', 'at least 1');
  return Object.freeze({
    sensitivity,
    compliance: words(fields.compliance, 'vocabulary.compliance'),
    threat: words(fields.threat, 'vocabulary.threat'),
  });
}

function parseRule(value: unknown, where: string, vocabulary: PolicyVocabulary): PolicyRule {
  const fields = object(value, where, ['accept', 'name', 'seal', 'when']);
  return Object.freeze({
    name: word(fields.name, `${where}.name`),
    when: parseConditions(fields.when, `${where}.when`, vocabulary),
    ...parseOutcome(fields, where),
  });
}

function parseConditions(value: unknown, where: string, vocabulary: PolicyVocabulary): PolicyConditions {
  const fields = object(value, where, [], ['compliance', 'sensitivityAtLeast', 'threat']);
  const { sensitivityAtLeast, compliance, threat } = fields;
  if (sensitivityAtLeast === undefined && compliance === undefined && threat === undefined) {
    throw malformed(`${where} has no condition`);
  }
  return Object.freeze({
    ...(sensitivityAtLeast !== undefined && {
      sensitivityAtLeast: declared(sensitivityAtLeast, `${where}.sensitivityAtLeast`, vocabulary.sensitivity),
    }),
    ...(compliance !== undefined && {
      compliance: someDeclared(compliance, `${where}.compliance`, vocabulary.compliance),
    }),
    ...(threat !== undefined && { threat: someDeclared(threat, `${where}.threat`, vocabulary.threat) }),
  });
}

function parseOutcome(fields: Fields, where: string): PolicyOutcome {
  const accept = parseFloor(fields.accept, `${where}.accept`);
  const seal = suite(fields.seal, `${where}.seal`);
  if (!accept.suites.includes(seal)) {
    throw malformed(`${where}.seal is not among the accepted suites`, seal, accept.suites.join(', '));
  }
  return { seal, accept };
}

function parseFloor(value: unknown, where: string): PolicyFloor {
  const fields = object(value, where, ['minimumVersion', 'suites']);
  const { minimumVersion } = fields;
  if (
    typeof minimumVersion !== 'number' ||
    !Number.isInteger(minimumVersion) ||
    minimumVersion < 1 ||
    minimumVersion > MAX_VERSION
  ) {
    throw malformed(`${where}.minimumVersion is no version`, shown(minimumVersion), `1 to ${MAX_VERSION}`);
  }
  const suites = list(fields.suites, `${where}.suites`, SUITE_NAMES.length).map((name, index) =>
    suite(name, `${where}.suites[${index}]`),
  );
  refuseRepeats(suites, `${where}.suites`);
  return Object.freeze({ suites: Object.freeze(suites), minimumVersion });
}

function suite(value: unknown, where: string): SuiteName {
  const known = SUITE_NAMES.find((name) => name === value);
  if (known === undefined) throw malformed(`${where} is no suite`, shown(value), SUITE_NAMES.join(', '));
  return known;
}

function someDeclared(value: unknown, where: string, vocabulary: readonly string[]): readonly string[] {
  const given = words(value, where);
  if (given.length === 0) throw malformed(`${where} is empty`, '0 words', 'at least 1');
  return Object.freeze(given.map((one) => declared(one, where, vocabulary)));
}

function declared(value: unknown, where: string, vocabulary: readonly string[]): string {
  const known = vocabulary.find((one) => one === value);
  if (known === undefined)
    throw malformed(`${where} is not in the vocabulary`, shown(value), vocabulary.join(', '));
  return known;
}

function words(value: unknown, where: string): readonly string[] {
  const given = list(value, where, MAX_WORDS).map((one, index) => word(one, `${where}[${index}]`));
  refuseRepeats(given, where);
  return Object.freeze(given);
}

function word(value: unknown, where: string): string {
  if (typeof value !== 'string' || !WORD.test(value)) {
    throw malformed(`${where} is no word`, shown(value), '1 to 64 of a-z 0-9 . -, a letter or digit first');
  }
  return value;
}

function refuseRepeats(given: readonly string[], where: string): void {
  const repeated = given.find((one, index) => given.indexOf(one) !== index);
  if (repeated !== undefined) throw malformed(`${where} has a name twice`, repeated, 'once');
}

function list(value: unknown, where: string, most: number): readonly unknown[] {
  if (!Array.isArray(value)) throw malformed(`${where} is no list`, shown(value));
  if (value.length > most) throw malformed(`${where} is too long`, String(value.length), String(most));
  return value;
}

function object(
  value: unknown,
  where: string,
  needed: readonly string[],
  optional: readonly string[] = [],
): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw malformed(`${where} is no object`, shown(value));
  }
  const unknown = Object.keys(value).find((name) => !needed.includes(name) && !optional.includes(name));
  if (unknown !== undefined) throw malformed(`${where} has an unknown field`, shown(unknown));
  const missing = needed.find((name) => !Object.hasOwn(value, name));
  if (missing !== undefined) throw malformed(`${where} has no field ${missing}`);
  return value as Fields;
}

/** A scalar as an error shows it, cut short. */
function shown(value: unknown): string {
  const scalar = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  return scalar ? JSON.stringify(value).slice(0, 80) : value === null ? 'null' : typeof value;
}

function malformed(problem: string, value?: string, limit?: string): CryptoError {
  return new CryptoError('policy-malformed', `this is no crypto policy: ${problem}`, { value, limit });
}
