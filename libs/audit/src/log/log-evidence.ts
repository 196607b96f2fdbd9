import { readAnchorFile } from '../anchor/anchor-file.ts';
import type { BundleSelection } from '../bundle/bundle-selection.ts';
import { exportBundle, type BundleExport, type BundleHead } from '../bundle/export-bundle.ts';
import type { CheckpointIssuer } from '../checkpoint/checkpoint.ts';
import type { Subjects } from '../erasure/subjects.ts';
import type { LogEntry } from '../event/entry.ts';
import type { CheckpointPin } from '../pin/checkpoint-pin.ts';
import { writeTlogProof } from '../proof/tlog-proof.ts';
import type { EntrySelection } from './entry-reader.ts';
import type { LogTree } from './log-tree.ts';
import type { Sequencer } from './sequencer.ts';

/** What evidence is made from. */
export interface EvidenceSource {
  readonly origin: string;
  readonly issuer: CheckpointIssuer;
  readonly sequencer: Sequencer;
  readonly tree: LogTree;
  readonly subjects: Subjects;
  readonly pin: CheckpointPin | undefined;
  read(selection: EntrySelection): AsyncIterable<LogEntry>;
}

/** Makes what is given to others: proofs of entries, and bundles. */
export class LogEvidence {
  readonly #source: EvidenceSource;

  constructor(source: EvidenceSource) {
    this.#source = source;
  }

  /** @throws LogError as `Log.proof` */
  async proof(index: number, extra: Uint8Array | undefined): Promise<string> {
    const { tree, issuer } = this.#source;
    tree.refuseNoEntry(index);
    const checkpoint = await this.#checkpointOver(index + 1);
    const proof = await tree.inclusionProof(index, issuer.open(checkpoint).size);
    return writeTlogProof({ index, proof, checkpoint, extra });
  }

  /** Rejects while it is read as `Log.exportBundle` */
  bundle(selection: BundleSelection): BundleExport {
    const { origin, sequencer, tree, subjects } = this.#source;
    return exportBundle(
      {
        origin,
        head: (selected) => this.#head(selected),
        read: (selected) => this.#source.read(selected),
        subtree: (start, end) => sequencer.hashes.range(start, end),
        consistencyProof: (from, to) => tree.consistencyProof(from, to),
        anchoredSize: (anchor) => this.#sizeOf(readAnchorFile(anchor).checkpoint),
        personalData: (index) => subjects.personalData(index),
      },
      selection,
    );
  }

  async #head({ since, checkpoint: asked }: BundleSelection): Promise<BundleHead> {
    const { issuer, sequencer } = this.#source;
    const earlier = since === undefined ? undefined : await this.#sizeOf(since);
    const checkpoint = asked ?? (await this.#checkpointOver(sequencer.size));
    return {
      publicKey: issuer.publicKey,
      checkpoint,
      size: await this.#sizeOf(checkpoint),
      since: earlier,
    };
  }

  /** The pinned checkpoint where it covers so many entries, since a pin may have added cosignatures; else the latest. */
  async #checkpointOver(entries: number): Promise<string> {
    const { pin, issuer, sequencer } = this.#source;
    const pinned = await pin?.latest();
    if (pinned === undefined) return await sequencer.checkpoint();
    const { size } = issuer.open(pinned);
    return entries <= size && size <= sequencer.size ? pinned : await sequencer.checkpoint();
  }

  /** Entries of a checkpoint that must be of this log. */
  async #sizeOf(note: string): Promise<number> {
    const checkpoint = this.#source.issuer.open(note);
    await this.#source.tree.requireTree(checkpoint);
    return checkpoint.size;
  }
}
