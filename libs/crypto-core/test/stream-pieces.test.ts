import { describe, expect, it } from 'vitest';
import { PieceReader } from '../src/envelope/piece-reader.ts';

const pieces = (): Uint8Array[] => [
  Uint8Array.of(1, 2, 3),
  Uint8Array.of(),
  Uint8Array.of(4, 5),
  Uint8Array.of(6),
];

/** Pieces that count how often they are asked for and told to stop. */
function watched(failAfter = Infinity): AsyncIterable<Uint8Array> & { asked: number; returned: number } {
  const rest = pieces().values();
  const source = {
    asked: 0,
    returned: 0,
    [Symbol.asyncIterator]: () => ({
      next: () => {
        source.asked += 1;
        return source.asked > failAfter ? Promise.reject(new Error('gone')) : Promise.resolve(rest.next());
      },
      return: () => {
        source.returned += 1;
        return Promise.resolve({ done: true as const, value: undefined });
      },
    }),
  };
  return source;
}

describe('a reader of pieces', () => {
  it('gives the lengths asked for, and what is left at the end', async () => {
    for (const source of [pieces(), watched()]) {
      await using reader = new PieceReader(source);
      const taken: number[][] = [];
      for (const length of [1, 3, 5, 5]) taken.push([...(await reader.take(length))]);
      expect(taken).toEqual([[1], [2, 3, 4], [5, 6], []]);
    }
  });

  it('gives a part of the piece itself where one piece has it all, and else an array that it keeps', async () => {
    const source = [new Uint8Array(8), new Uint8Array(8)];
    await using reader = new PieceReader(source);
    expect((await reader.take(4)).buffer).toBe(source[0]?.buffer);
    expect((await reader.take(4)).buffer).toBe(source[0]?.buffer);
    expect((await reader.take(7)).buffer).toBe(source[1]?.buffer);
    await using other = new PieceReader([new Uint8Array(5), new Uint8Array(5), new Uint8Array(5)]);
    const first = await other.take(7);
    expect((await other.take(6)).buffer).toBe(first.buffer);
  });

  it('asks for no more than it needs, and for nothing after the end', async () => {
    const source = watched();
    await using reader = new PieceReader(source);
    await reader.take(3);
    expect(source.asked).toBe(1);
    await reader.take(10);
    await reader.take(10);
    expect(source.asked).toBe(5);
  });

  it('tells the source to stop, once, unless it has ended or failed', async () => {
    const stopped = watched();
    const reader = new PieceReader(stopped);
    await reader.take(1);
    await reader[Symbol.asyncDispose]();
    await reader[Symbol.asyncDispose]();
    expect(stopped.returned).toBe(1);

    const ended = watched();
    await using whole = new PieceReader(ended);
    await whole.take(100);
    await whole[Symbol.asyncDispose]();
    expect(ended.returned).toBe(0);

    const failed = watched(1);
    await using broken = new PieceReader(failed);
    await expect(broken.take(100)).rejects.toThrow('gone');
    await broken[Symbol.asyncDispose]();
    expect(failed.returned).toBe(0);
  });
});
