import { isLogError } from '@bitcoin-enterprise/audit';
import { readOtsFile, writeOtsFile, type OtsFile } from '@bitcoin-enterprise/audit/anchor';
import type { FuzzTarget } from '@bitcoin-enterprise/tools/fuzz';

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));

const HEAD = '004f70656e54696d657374616d7073000050726f6f6600bf89e2e884e8929401';
const SHA256 = `${HEAD}08${'ab'.repeat(32)}`;
const SHA1 = `${HEAD}02${'ab'.repeat(20)}`;
const BITCOIN = '000588960d73d719010107';
const LITECOIN = '0006869a0d73d71b45028001';
const PENDING = '0083dfe30d2ef90c8e06056874747073';
const UNKNOWN = '0030fe8087b5c7ead70101';

/** The tree of a proof, its limits, and one form for everything that is accepted. */
export const target: FuzzTarget<OtsFile> = {
  seeds: [
    SHA256 + BITCOIN,
    `${SHA1}f0020102f10103f2f308020367${LITECOIN}`,
    `${SHA256}ff${PENDING}ff${UNKNOWN}ff08ff${BITCOIN}f10101${PENDING}08${BITCOIN}`,
  ].map(bytes),
  dictionary: [
    BITCOIN,
    LITECOIN,
    PENDING,
    UNKNOWN,
    'ff',
    'ff08',
    'f3f3f3f3',
    '08'.repeat(64),
    'ffff7f',
    '8000',
  ].map(bytes),
  maxLength: 8_192,
  isRefusal: isLogError,
  decode: readOtsFile,
  check: (file, input) => {
    if (Buffer.compare(writeOtsFile(file), input) !== 0) throw new Error('written again, it is another');
  },
};
