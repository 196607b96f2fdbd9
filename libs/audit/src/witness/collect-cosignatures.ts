import { setTimeout as wait } from 'node:timers/promises';
import { verifyEd25519, verifyMlDsa44 } from '@bitcoin-enterprise/crypto-core';
import { isLogError, LogError } from '../log-error.ts';
import type { ConsistencyProver } from '../merkle/consistency-prover.ts';
import { evaluateQuorum } from '../verify/quorum.ts';
import type { VerifierKey } from '../verify/verifier-key.ts';
import type { WitnessPolicy } from '../verify/witness-policy.ts';
import type { WitnessClient } from './witness-client.ts';

/** A witness of a policy that can be asked. */
export interface AskedWitness {
  /** In the policy. */
  readonly name: string;
  readonly client: WitnessClient;
}

/** Who is asked, and for how long. */
export interface CollectOptions {
  readonly policy: WitnessPolicy;
  readonly witnesses: readonly AskedWitness[];
  /** Keys of the log, for a policy without any. */
  readonly logKeys: readonly VerifierKey[];
  /** Milliseconds for all of them together. */
  readonly patienceMs: number;
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 3_200;

/**
 * The checkpoint with cosignatures that make the quorum: all witnesses are asked at once, and those that do not answer
 * again, until there are enough or the patience is over. The note holds 16 signatures, so no larger quorum can be met.
 *
 * @throws LogError `quorum-missing`, which names what each witness that is missing did; `note-malformed`
 */
export async function collectCosignatures(
  checkpoint: string,
  prove: ConsistencyProver,
  { policy, witnesses, logKeys, patienceMs }: CollectOptions,
): Promise<string> {
  const judge = (note: string): ReturnType<typeof evaluateQuorum> =>
    evaluateQuorum(note, policy, { verifyEd25519, verifyMlDsa44, logKeys });
  const { isSignedByLog, summary, ok } = judge(checkpoint);
  if (!isSignedByLog) throw new LogError('note-malformed', `the policy does not know the log: ${summary}`);
  if (ok) return checkpoint;
  const enough = new AbortController();
  const signal = AbortSignal.any([enough.signal, AbortSignal.timeout(patienceMs)]);
  const problems = new Map<string, string>();
  let cosigned = checkpoint;
  await Promise.all(
    witnesses.map(async ({ name, client }) => {
      try {
        const lines = await untilAnswered(() => client.cosign({ checkpoint, prove, signal }), signal);
        if (enough.signal.aborted) return;
        cosigned += lines.join('');
        if (judge(cosigned).ok) enough.abort();
      } catch (error) {
        problems.set(name, problemOf(error));
      }
    }),
  );
  if (enough.signal.aborted) return cosigned;
  const named = [...problems].map(([name, problem]) => `${JSON.stringify(name)}: ${problem}`);
  throw new LogError('quorum-missing', `too few witnesses cosigned the checkpoint: ${named.join('; ')}`, {
    value: judge(cosigned).summary,
    limit: `${patienceMs} ms`,
  });
}

/** Tries again, with longer and longer pauses, until the signal. */
async function untilAnswered<T>(ask: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
    try {
      return await ask();
    } catch (error) {
      // What else goes wrong says that witness and log disagree, and asking again does not mend it.
      const mayPass = isLogError(error) && error.code === 'witness-unreachable';
      // Cut short by the signal, and then the last attempt is what is told.
      if (mayPass) await wait(pause, undefined, { signal }).catch(() => undefined);
      if (!mayPass || signal.aborted) throw error;
    }
  }
}

function problemOf(error: unknown): string {
  if (!isLogError(error)) return 'it failed unexpectedly';
  return `${error.code} (${error.message}${error.value === undefined ? '' : `, ${error.value}`})`;
}
