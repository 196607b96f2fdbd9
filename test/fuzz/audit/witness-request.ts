import type { FuzzTarget } from '@bitcoin-enterprise/tools/fuzz';
import { behindExports } from '../behind-exports.ts';

interface AddCheckpointRequest {
  readonly oldSize: number;
  readonly proof: readonly Uint8Array[];
  readonly checkpoint: string;
}

const { readAddCheckpoint, writeAddCheckpoint } = (await behindExports(
  'audit',
  'witness/add-checkpoint-request.ts',
)) as {
  readAddCheckpoint: (body: Uint8Array) => AddCheckpointRequest | string;
  writeAddCheckpoint: (request: AddCheckpointRequest) => string;
};

const NO_REQUEST = new Error('no request');
const HASH = new Uint8Array(32).fill(9);
const CHECKPOINT = 'example.com/log\n3\nAAAA\n\n\u2014 example.com/log AAAAAAAA\n';

export const target: FuzzTarget<AddCheckpointRequest> = {
  seeds: [
    { oldSize: 0, proof: [], checkpoint: CHECKPOINT },
    { oldSize: 3, proof: [HASH, HASH], checkpoint: CHECKPOINT },
    { oldSize: Number.MAX_SAFE_INTEGER, proof: [HASH], checkpoint: '' },
  ].map((request) => Buffer.from(writeAddCheckpoint(request))),
  dictionary: ['old ', '\n\n', '\n', '=', '0', '9007199254740992', '\r', '\ufeff'].map((part) =>
    Buffer.from(part),
  ),
  maxLength: 500,
  isRefusal: (error) => error === NO_REQUEST,
  decode: (input) => {
    const request = readAddCheckpoint(input);
    if (typeof request === 'string') throw NO_REQUEST;
    return request;
  },
  check: (request, input) => {
    const again = Buffer.from(writeAddCheckpoint(request));
    if (Buffer.compare(again, input) !== 0) throw new Error('a request has two forms');
  },
};
