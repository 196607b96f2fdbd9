import { writeFile } from 'node:fs/promises';
import { evaluateQuorum, folderSink, openTiledLog, readWitnessPolicy } from '@bitcoin-enterprise/audit';
import { anchorCheckpoint, followAnchor, verifyAnchor } from '@bitcoin-enterprise/audit/anchor';
import {
  connectBitcoin,
  HeaderChain,
  headerRulesFor,
  openNodeWallet,
  parametersFor,
} from '@bitcoin-enterprise/chain';
import { fromHex } from '@bitcoin-enterprise/crypto-core';
import type { Regtest } from '../regtest/regtest.ts';
import type { LogIdentity } from './evidence.ts';

/** One thing that somebody who trusts neither party found out about a log. */
export interface PublicProof {
  readonly name: string;
  readonly ok: boolean;
  /** A line for a person. */
  readonly finding: string;
}

const CONFIRMATIONS = 6;

/** Whether enough witnesses cosigned a checkpoint. */
export function quorumProof(party: string, cosigned: string, policy: string): PublicProof {
  const read = readWitnessPolicy(Buffer.from(policy));
  if (!read.ok) throw new Error(`line ${read.line} of the policy: ${read.reason}`);
  const { ok, witnesses, checkpoint } = evaluateQuorum(cosigned, read.policy);
  const present = witnesses.filter(({ status }) => status === 'present').length;
  return {
    name: `${party}'s witnesses`,
    ok,
    finding: `${present} of ${witnesses.length} cosigned ${checkpoint?.size ?? 0} entries`,
  };
}

/** Reads a published log from its tiles alone, and proves every entry under the checkpoint. */
export async function tilesProof(party: string, folder: string, log: LogIdentity): Promise<PublicProof> {
  const sink = folderSink(folder);
  const publicKey = fromHex(log.publicKey);
  const published = await openTiledLog({ origin: log.origin, publicKey, fetch: (path) => sink.get(path) });
  const entries = await Array.fromAsync(published.entries(), ({ index }) => index);
  const ok = entries.length === published.size;
  return {
    name: `${party}'s published log`,
    ok,
    finding: `${entries.length} entries read from tiles and proven`,
  };
}

/** Anchors a checkpoint in the chain, waits for the blocks, and verifies the proof from the genesis block on. */
export async function anchorProof(
  party: string,
  regtest: Regtest,
  checkpoint: string,
  log: LogIdentity,
  file: string,
): Promise<PublicProof> {
  const { url, cookieFile } = regtest.bitcoin;
  const parameters = parametersFor('bitcoin', 'regtest');
  const node = await connectBitcoin({ url, auth: { cookieFile }, parameters });
  const wallet = await openNodeWallet(node, 'alice');
  const { txid } = await anchorCheckpoint({ node, wallet, checkpoint, feerateSatPerKvb: 2_000n });
  await regtest.mine('bitcoin', CONFIRMATIONS);
  const rules = headerRulesFor(parameters);
  const since = { height: 0, header: rules.genesis };
  const following = followAnchor({ node, checkpoint, since, txid, confirmations: CONFIRMATIONS, pollMs: 50 });
  for await (const progress of following) {
    if (progress.state !== 'proven') continue;
    await writeFile(file, progress.proof);
    const { ok, summary } = verifyAnchor(progress.proof, {
      origin: log.origin,
      publicKey: fromHex(log.publicKey),
      chain: HeaderChain.fromGenesis(rules),
    });
    return { name: `${party}'s anchor`, ok, finding: summary };
  }
  throw new Error('the anchor was not followed to its end');
}
