import type { ConformanceSuite } from '../suite.ts';
import { segwitAddressSuite } from './address/segwit-address.ts';

export const suite: ConformanceSuite = segwitAddressSuite('BIP350', 'cci-sat/bech32/bip0350.json');
