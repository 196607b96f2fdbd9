import type { ConformanceSuite } from '../suite.ts';
import { roundTripSuite } from './transaction/round-trip.ts';

export const suite: ConformanceSuite = roundTripSuite('Bitcoin-Core', [
  'cci-sat/core/tx_valid.json',
  'cci-sat/core/tx_invalid.json',
]);
