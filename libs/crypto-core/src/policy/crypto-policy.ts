import { CryptoError } from '../error.ts';
import type { PolicyDecision } from './decision.ts';
import { parsePolicyDocument, parsePolicyText } from './parse-policy.ts';
import {
  DEFAULT_POLICY_DOCUMENT,
  type PolicyConditions,
  type PolicyContext,
  type PolicyDocument,
} from './policy-document.ts';

/** How one rule was judged for a context. */
export interface RuleJudgement {
  readonly rule: string;
  /** Whether all its conditions hold. The first rule that holds decides; those after it are not judged. */
  readonly holds: boolean;
  /** Each condition in words, such as `compliance has none of fips-140-3`. */
  readonly because: readonly string[];
}

export interface PolicyExplanation {
  readonly decision: PolicyDecision;
  readonly judgements: readonly RuleJudgement[];
}

/**
 * A crypto policy: which suite seals data of one kind and what is the least that may be opened. Checked as a whole when
 * it is made, immutable afterwards.
 */
export class CryptoPolicy {
  readonly #document: PolicyDocument;

  private constructor(document: PolicyDocument) {
    this.#document = document;
  }

  /**
   * The policy of a JSON text.
   *
   * @throws CryptoError `policy-malformed`
   */
  static parse(text: string): CryptoPolicy {
    return new CryptoPolicy(parsePolicyText(text));
  }

  /**
   * The policy of a document in code, which is checked and copied.
   *
   * @throws CryptoError `policy-malformed`
   */
  static from(document: PolicyDocument): CryptoPolicy {
    return new CryptoPolicy(parsePolicyDocument(document));
  }

  get name(): string {
    return this.#document.name;
  }

  /** The document, for JSON: `CryptoPolicy.parse(JSON.stringify(policy))` is the same policy. */
  toJSON(): PolicyDocument {
    return this.#document;
  }

  /**
   * What to seal data of this kind with, and the floor for opening it.
   *
   * @throws CryptoError `policy-context-malformed` for a word that the policy does not declare
   */
  decide(context: PolicyContext): PolicyDecision {
    return this.explain(context).decision;
  }

  /**
   * The decision, with every rule that was judged on the way to it.
   *
   * @throws CryptoError `policy-context-malformed`
   */
  explain(context: PolicyContext): PolicyExplanation {
    this.#check(context);
    const judgements: RuleJudgement[] = [];
    for (const rule of this.#document.rules) {
      const judgement = { rule: rule.name, ...this.#judge(rule.when, context) };
      judgements.push(judgement);
      if (judgement.holds) return { decision: this.#decision(rule.name, rule), judgements };
    }
    return { decision: this.#decision('otherwise', this.#document.otherwise), judgements };
  }

  #decision(rule: string, { seal, accept }: Pick<PolicyDecision, 'seal' | 'accept'>): PolicyDecision {
    return Object.freeze({ policy: this.name, rule, seal, accept });
  }

  #judge(
    when: PolicyConditions,
    context: PolicyContext,
  ): { readonly holds: boolean; readonly because: string[] } {
    const levels = this.#document.vocabulary.sensitivity;
    const because: string[] = [];
    let holds = true;
    const judge = (condition: boolean, yes: string, no: string): void => {
      holds &&= condition;
      because.push(condition ? yes : no);
    };
    if (when.sensitivityAtLeast !== undefined) {
      const reached = levels.indexOf(context.sensitivity) >= levels.indexOf(when.sensitivityAtLeast);
      const [given, least] = [context.sensitivity, when.sensitivityAtLeast];
      judge(reached, `sensitivity ${given} is at least ${least}`, `sensitivity ${given} is below ${least}`);
    }
    for (const field of ['compliance', 'threat'] as const) {
      const wanted = when[field];
      if (wanted === undefined) continue;
      const common = (context[field] ?? []).filter((word) => wanted.includes(word));
      judge(
        common.length > 0,
        `${field} has ${common.join(', ')}`,
        `${field} has none of ${wanted.join(', ')}`,
      );
    }
    return { holds, because };
  }

  #check(context: PolicyContext): void {
    const { vocabulary } = this.#document;
    const given = {
      sensitivity: [context.sensitivity],
      compliance: context.compliance ?? [],
      threat: context.threat ?? [],
    };
    for (const field of ['sensitivity', 'compliance', 'threat'] as const) {
      const undeclared = given[field].find((word) => !vocabulary[field].includes(word));
      if (undeclared === undefined) continue;
      throw new CryptoError('policy-context-malformed', `policy ${this.name} does not know this ${field}`, {
        value: undeclared,
        limit: vocabulary[field].join(', '),
      });
    }
  }
}

/** {@link DEFAULT_POLICY_DOCUMENT}, ready to decide. */
export const DEFAULT_POLICY: CryptoPolicy = CryptoPolicy.from(DEFAULT_POLICY_DOCUMENT);
