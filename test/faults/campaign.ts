/** What a campaign promised, and whether it kept it. */
export interface CampaignGoal {
  readonly name: string;
  readonly met: boolean;
  readonly detail: string;
}

/** What came of injecting every fault of a campaign. */
export interface CampaignResult {
  /** Faults injected. */
  readonly points: number;
  /** Points after which everything was as it should be. */
  readonly survived: number;
  /** Points after which something was lost. One is a failed campaign. */
  readonly lost: number;
  /** Further counts of this campaign, printed as they are, such as `{ 'double-locked': 0 }`. */
  readonly more?: Readonly<Record<string, number | string>>;
  /** At least one. */
  readonly goals: readonly CampaignGoal[];
  /** A line for every point that did not survive: which, and what was found. */
  readonly failures: readonly string[];
  /** Lines for a reader, printed whatever came of the campaign. */
  readonly told?: readonly string[];
}

/** A campaign of faults. A file `test/faults/<library>/<campaign>.ts` exports one as `campaign`. */
export interface Campaign {
  run(progress: (done: number, total: number, note: string) => void): Promise<CampaignResult>;
}
