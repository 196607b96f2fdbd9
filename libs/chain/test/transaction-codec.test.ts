import { Transaction as PeerTransaction } from 'bitcoinjs-lib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { LITECOIN_REGTEST, parseTransaction, serialise, sizeOf, transactionId } from '../src/index.ts';
import { expectChainError } from './expect-chain-error.ts';
import { bytes, hex } from './hex.ts';
import { transactionArbitrary } from './transaction-arbitrary.ts';

// BIP143, "Native P2WPKH", the signed transaction and its parts.
const BIP143_SIGNED =
  '01000000000102fff7f7881a8099afa6940d42d1e7f6362bec38171ea3edf433541db4e4ad969f00000000494830450221008b9d1dc26ba6a9cb62127b02742fa9d754cd3bebf337f7a55d114c8e5cdd30be022040529b194ba3f9281a99f2b1c0a19c0489bc22ede944ccf4ecbab4cc618ef3ed01eeffffffef51e1b804cc89d182d279655c3aa89e815b1b309fe287d9b2b55d57b90ec68a0100000000ffffffff02202cb206000000001976a9148280b37df378db99f66f85c95a783a76ac7a6d5988ac9093510d000000001976a9143bde42dbee7e4dbe6a21b2d50ce2f0167faa815988ac000247304402203609e17b84f6a7d30c80bfa610b5b4542f32a8a0d5447a12fb1366d7f01cc44a0220573a954c4518331561406f90300e8f3358f51928d43c212a8caed02de67eebee0121025476c2e83188368da1ff3e292e7acafcdb3566bb0ad253f62fc70f07aeee635711000000';

describe('the transaction codec', () => {
  it('reads the fields of the signed transaction of BIP143', () => {
    const transaction = parseTransaction(bytes(BIP143_SIGNED));
    expect(transaction.version).toBe(1);
    expect(transaction.lockTime).toBe(0x11);
    expect(transaction.inputs.map(({ txid, vout, sequence }) => ({ txid, vout, sequence }))).toEqual([
      {
        txid: '9f96ade4b41d5433f4eda31e1738ec2b36f6e7d1420d94a6af99801a88f7f7ff',
        vout: 0,
        sequence: 0xffff_ffee,
      },
      {
        txid: '8ac60eb9575db5b2d987e29f301b5b819ea83a5c6579d282d189cc04b8e151ef',
        vout: 1,
        sequence: 0xffff_ffff,
      },
    ]);
    expect(transaction.inputs[0]?.witness).toEqual([]);
    expect(transaction.inputs[1]?.witness.map((item) => item.length)).toEqual([71, 33]);
    expect(transaction.outputs.map(({ amountSat }) => amountSat)).toEqual([112_340_000n, 223_450_000n]);
    expect(hex(serialise(transaction))).toBe(BIP143_SIGNED);
  });

  it('gives the id and the size that bitcoinjs-lib gives', () => {
    fc.assert(
      fc.property(transactionArbitrary, (transaction) => {
        const raw = serialise(transaction);
        const peer = PeerTransaction.fromBuffer(raw);
        expect(hex(peer.toBuffer())).toBe(hex(raw));
        expect(transactionId(transaction)).toBe(peer.getId());
        expect(sizeOf(transaction)).toEqual({ weight: peer.weight(), virtualSize: peer.virtualSize() });
      }),
      { numRuns: 200 },
    );
  });

  it('reads back what it wrote', () => {
    fc.assert(
      fc.property(transactionArbitrary, (transaction) => {
        expect(parseTransaction(serialise(transaction))).toEqual(transaction);
      }),
      { numRuns: 200 },
    );
  });

  it.each([252, 253, 65_535, 65_536])(
    'writes the length of a script of %i bytes in its shortest form',
    (length) => {
      const template = parseTransaction(bytes(BIP143_SIGNED));
      const outputs = [{ amountSat: 1n, scriptPubKey: new Uint8Array(length).fill(0x6a) }];
      const raw = serialise({ ...template, outputs });
      expect(hex(PeerTransaction.fromBuffer(raw).toBuffer())).toBe(hex(raw));
      expect(parseTransaction(raw).outputs[0]?.scriptPubKey).toHaveLength(length);
      expect(sizeOf(parseTransaction(raw)).weight).toBe(PeerTransaction.fromBuffer(raw).weight());
    },
  );

  it('refuses every truncation', async () => {
    const raw = bytes(BIP143_SIGNED);
    for (let length = 0; length < raw.length; length += 1) {
      await expectChainError('transaction-malformed', () => parseTransaction(raw.subarray(0, length)));
    }
  });

  it('reads only its own image of any altered bytes, or refuses them', () => {
    const raw = bytes(BIP143_SIGNED);
    fc.assert(
      fc.property(fc.nat({ max: raw.length - 1 }), fc.integer({ min: 1, max: 255 }), (index, flip) => {
        const altered = raw.slice();
        altered[index] = (altered[index] ?? 0) ^ flip;
        let parsed;
        try {
          parsed = parseTransaction(altered);
        } catch (error) {
          expect(error).toHaveProperty('code', 'transaction-malformed');
          return;
        }
        expect(hex(serialise(parsed))).toBe(hex(altered));
      }),
      { numRuns: 2_000 },
    );
  });

  it('refuses bytes after the end', async () => {
    const error = await expectChainError('transaction-malformed', () =>
      parseTransaction(bytes(`${BIP143_SIGNED}00`)),
    );
    expect(error.value).toContain("1 bytes after the transaction's end");
  });

  it('refuses a count that is not in its shortest form', async () => {
    // One input, written as fd0100.
    const long = `01000000fd0100${'00'.repeat(36)}00ffffffff0000000000`;
    await expectChainError('transaction-malformed', () => parseTransaction(bytes(long)));
  });

  it('refuses a count of more inputs than there are bytes, before it takes memory for them', async () => {
    for (const count of ['feffffffff', 'ffffffffffffffffff']) {
      await expectChainError('transaction-malformed', () => parseTransaction(bytes(`02000000${count}00`)));
    }
  });

  it('refuses a witness flag without any witness', async () => {
    const empty = `02000000000101${'00'.repeat(36)}00ffffffff01${'00'.repeat(8 + 1 + 1 + 4)}`;
    const error = await expectChainError('transaction-malformed', () => parseTransaction(bytes(empty)));
    expect(error.value).toContain('a witness without any item');
  });

  it.each(['00', '02', '80'])('refuses the unknown flag %s', async (flag) => {
    const raw = `0200000000${flag}01${'00'.repeat(36)}00ffffffff0000000000`;
    await expectChainError('transaction-malformed', () => parseTransaction(bytes(raw)));
  });

  it('refuses an id that is not 64 lower-case hex digits', async () => {
    const transaction = parseTransaction(bytes(BIP143_SIGNED));
    for (const txid of ['', 'AB'.repeat(32), 'ab'.repeat(31), 'ab'.repeat(500)]) {
      const inputs = [{ txid, vout: 0, scriptSig: new Uint8Array(0), sequence: 0, witness: [] }];
      const error = await expectChainError('transaction-id-malformed', () =>
        serialise({ ...transaction, inputs }),
      );
      expect(error.value?.length).toBeLessThan(120);
    }
  });
});

describe('transactions of a chain with extension blocks', () => {
  const input = `01${'11'.repeat(32)}0100000000fdffffff`;
  const output = '01e803000000000000160014751e76e8199196d454941c45d1b3a323f1433bd6';
  // LIP2: flag 8, and before the lock time a zero byte for "no data" or the data itself.
  const integrating = `020000000008${input}${output}0000000000`;
  const peggingIn = `020000000008${input}${output}01${'ab'.repeat(100)}2a000000`;

  it('reads the transaction that integrates an extension block', () => {
    const transaction = parseTransaction(bytes(integrating), LITECOIN_REGTEST);
    expect(transaction.outputs.map(({ amountSat }) => amountSat)).toEqual([1_000n]);
    expect(hex(serialise(transaction))).toBe(`02000000${input}${output}00000000`);
  });

  it('passes over extension data in front of the lock time', () => {
    const transaction = parseTransaction(bytes(peggingIn), LITECOIN_REGTEST);
    expect(transaction.lockTime).toBe(42);
    expect(transaction.inputs).toHaveLength(1);
  });

  it('refuses extension data without a lock time behind it', async () => {
    await expectChainError('transaction-malformed', () =>
      parseTransaction(bytes(`020000000008${input}${output}01ab`), LITECOIN_REGTEST),
    );
  });

  it('refuses the flag on a chain without extension blocks', async () => {
    await expectChainError('transaction-malformed', () => parseTransaction(bytes(integrating)));
  });
});
