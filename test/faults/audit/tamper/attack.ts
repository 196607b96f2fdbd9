import { isLogError, type LogOptions } from '@bitcoin-enterprise/audit';
import type { Evidence } from './evidence.ts';
import { type LogFiles, type Stage, withLog } from './stage.ts';

/** Who found something, and under which name. */
export interface Finding {
  readonly by: 'openLog' | 'append' | 'check' | 'verifyBundle' | 'verifyInclusion' | 'verifyConsistency';
  /** The code of the error, or the names of the checks that failed. */
  readonly names: readonly string[];
  /** Entries that it names, where it names some. */
  readonly entries?: readonly number[];
}

/** One thing that somebody does to a log or to evidence from it, and who must find it. */
export interface Attack {
  /** What is done, such as `entry bytes flipped`. Many attacks are of one kind. */
  readonly kind: string;
  readonly where: string;
  readonly by: Finding['by'];
  /** Any of these must be among the names of the finding. */
  readonly names: readonly string[];
  /** The entry that must be named. */
  readonly entry?: number;
  find(stage: Stage, evidence: Evidence): Promise<Finding | undefined>;
}

/** Whether a finding is the one that was expected. */
export function isFoundBy(finding: Finding | undefined, { by, names, entry }: Attack): boolean {
  return (
    finding?.by === by &&
    names.some((name) => finding.names.includes(name)) &&
    (entry === undefined || (finding.entries ?? []).includes(entry))
  );
}

export function tellFinding(finding: Finding | undefined): string {
  if (finding === undefined) return 'nothing';
  const { by, names, entries = [] } = finding;
  return `${by} ${names.join()}${entries.length === 0 ? '' : ` of ${entries.slice(0, 3).join()}`}`;
}

/** Opens and checks a log as its owner would; `undefined` when all seems well. */
export async function findInLog(
  files: LogFiles,
  options: Partial<LogOptions> = {},
): Promise<Finding | undefined> {
  return await codeAs('openLog', () =>
    withLog(
      files,
      async (log): Promise<Finding | undefined> => {
        const { ok, problems } = await log.check();
        if (ok) return undefined;
        return {
          by: 'check',
          names: [...new Set(problems.map(({ check }) => check))],
          entries: problems.flatMap(({ index }) => index ?? []),
        };
      },
      options,
    ),
  );
}

/** What `act` finds, or the LogError that it throws. */
export async function codeAs(
  by: Finding['by'],
  act: () => Promise<Finding | undefined>,
): Promise<Finding | undefined> {
  try {
    return await act();
  } catch (error) {
    if (!isLogError(error)) throw error;
    return { by, names: [error.code] };
  }
}
