import type { ConformanceSuite } from '../suite.ts';
import { roundTripSuite } from './transaction/round-trip.ts';

export const suite: ConformanceSuite = roundTripSuite('Litecoin-Core', [
  'cci-sat/litecoin/tx_valid.json',
  'cci-sat/litecoin/tx_invalid.json',
]);
