import type { MutableInput } from './mutable-input.ts';
import type { Random } from './random.ts';

/** What the mutations may take from besides the input itself. */
export interface MutationSources {
  readonly dictionary: readonly Uint8Array[];
  /** Another input of the corpus. */
  other(): Uint8Array;
}

type Mutation = (input: MutableInput, random: Random, sources: MutationSources) => void;

/** Boundary values of one, two and four bytes, as AFL has them. */
const INTERESTING = [
  0, 1, 2, 16, 32, 64, 100, 127, 128, 255, 256, 512, 1000, 1024, 4096, 32767, 32768, 65535, 65536, 0x7fffffff,
  0x80000000, 0xffffffff,
] as const;
const INTERESTING_TEXT = [
  ...[
    '0',
    '1',
    '-1',
    '00',
    '9',
    '10',
    '255',
    '256',
    '65535',
    '65536',
    '2147483647',
    '2147483648',
    '4294967295',
  ],
  ...['4294967296', '9007199254740991', '9007199254740993', '1e3', '1e400', '0.5', '-0', '0x10', ' 1'],
].map((text) => new TextEncoder().encode(text));
const WIDTHS = [1, 2, 4] as const;
const MAX_BLOCK = 64;

const flipBit: Mutation = ({ bytes }, random) => {
  const at = random.below(bytes.length);
  bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
};

const setByte: Mutation = ({ bytes }, random) => {
  bytes[random.below(bytes.length)] = random.uint32();
};

/** Adds up to 35 to a number of one, two or four bytes, or takes it away. */
const addToNumber: Mutation = ({ bytes }, random) => {
  changeNumber(bytes, random, (value) => value + random.below(71) - 35);
};

const setInteresting: Mutation = ({ bytes }, random) => {
  changeNumber(bytes, random, () => random.pick(INTERESTING));
};

/** Makes a number say how many bytes follow it, or nearly so. */
const setLength: Mutation = ({ bytes }, random) => {
  changeNumber(bytes, random, (_value, following) => following + random.below(5) - 2);
};

const deleteBlock: Mutation = (input, random) => {
  const [start, count] = block(input.length, random);
  input.delete(start, count);
};

const truncate: Mutation = (input, random) => {
  input.truncate(random.below(input.length));
};

const duplicateBlock: Mutation = (input, random) => {
  const [start, count] = block(input.length, random);
  input.insert(random.below(input.length + 1), input.bytes.subarray(start, start + count));
};

const moveBlock: Mutation = (input, random) => {
  const [start, count] = block(input.length, random);
  input.overwrite(random.below(input.length), input.bytes.subarray(start, start + count));
};

const insertRandom: Mutation = (input, random) => {
  const inserted = new Uint8Array(1 + random.below(random.oneIn(4) ? MAX_BLOCK : 4));
  if (random.oneIn(2)) inserted.fill(random.uint32());
  else inserted.forEach((_, index) => (inserted[index] = random.uint32()));
  input.insert(random.below(input.length + 1), inserted);
};

const insertToken: Mutation = (input, random, { dictionary }) => {
  const token = dictionary[random.below(dictionary.length)];
  if (token === undefined) return;
  const at = random.below(input.length + 1);
  if (random.oneIn(2)) input.insert(at, token);
  else input.overwrite(at, token);
};

const splice: Mutation = (input, random, sources) => {
  const other = sources.other();
  if (other.length === 0) return;
  const [start, count] = block(other.length, random);
  const part = other.subarray(start, start + count);
  const at = random.below(input.length + 1);
  if (random.oneIn(2)) input.insert(at, part);
  else input.overwrite(at, part);
};

/** This input up to a point, and from there on another one. */
const crossOver: Mutation = (input, random, sources) => {
  const other = sources.other();
  const at = random.below(input.length + 1);
  input.truncate(at);
  input.insert(at, other.subarray(random.oneIn(2) ? at : random.below(other.length + 1)));
};

/** Replaces a number that is written in digits. */
const setDigits: Mutation = (input, random) => {
  const { bytes } = input;
  const from = random.below(bytes.length);
  const start = bytes.findIndex((byte, index) => index >= from && isDigit(byte));
  if (start === -1) return;
  const after = bytes.findIndex((byte, index) => index > start && !isDigit(byte));
  const text = INTERESTING_TEXT[random.below(INTERESTING_TEXT.length)] ?? new Uint8Array();
  input.delete(start, (after === -1 ? bytes.length : after) - start);
  input.insert(start, text);
};

/** The commonest first and twice: most of what decoders get wrong is one byte away from what is valid. */
const MUTATIONS: readonly [Mutation, ...Mutation[]] = [
  ...([flipBit, setByte, flipBit, setByte, addToNumber, setInteresting, setLength] as const),
  ...([deleteBlock, truncate, duplicateBlock, moveBlock, insertRandom] as const),
  ...([insertToken, insertToken, splice, crossOver, setDigits] as const),
];
/** What an empty input can be given to. */
const GROWING: readonly [Mutation, ...Mutation[]] = [insertRandom, insertToken, splice];

/** Changes an input in 1 to 32 ways at once, most often in few. */
export function mutate(input: MutableInput, random: Random, sources: MutationSources): void {
  const times = 1 << random.below(random.below(6) + 1);
  for (let time = 0; time < times; time += 1) {
    random.pick(input.length === 0 ? GROWING : MUTATIONS)(input, random, sources);
  }
}

function changeNumber(
  bytes: Uint8Array,
  random: Random,
  change: (value: number, following: number) => number,
): void {
  const at = random.below(bytes.length);
  const width = Math.min(random.pick(WIDTHS), bytes.length - at);
  const isLittleEndian = random.oneIn(2);
  let value = 0;
  for (let digit = 0; digit < width; digit += 1) {
    value = value * 256 + (bytes[isLittleEndian ? at + width - 1 - digit : at + digit] ?? 0);
  }
  let changed = change(value, bytes.length - at - width) >>> 0;
  for (let digit = 0; digit < width; digit += 1) {
    bytes[isLittleEndian ? at + digit : at + width - 1 - digit] = changed & 0xff;
    changed >>>= 8;
  }
}

/** Where a block starts and how long it is, at least one byte; short ones are commoner. */
function block(length: number, random: Random): readonly [start: number, count: number] {
  const start = random.below(length);
  const most = Math.min(length - start, random.oneIn(4) ? MAX_BLOCK : 8);
  return [start, 1 + random.below(most)];
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}
