export { createWitness } from './witness/witness.ts';
export type { Witness, WitnessAnswer, WitnessedLog, WitnessOptions } from './witness/witness.ts';
export { createWitnessServer, type WitnessServerOptions } from './witness/witness-server.ts';
export { openWitnessStore, type WitnessStoreFile } from './witness/open-witness-store.ts';
export type { WitnessedTree, WitnessStore } from './witness/witness-store.ts';

export {
  createWitnessClient,
  type CosignRequest,
  type WitnessClient,
  type WitnessClientOptions,
} from './witness/witness-client.ts';
export { openWitnessPin, type WitnessPinOptions } from './witness/witness-pin.ts';
