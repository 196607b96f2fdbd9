import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { minimise } from '../minimise.ts';

describe('making an input smaller', () => {
  it('leaves what the failure needs and nothing else', async () => {
    const input = Buffer.from('some header, some needle, some more and a pin at the end');
    const fails = (candidate: Uint8Array) => {
      const text = Buffer.from(candidate).toString();
      return text.includes('needle') && text.includes('pin');
    };
    const smallest = await minimise(input, fails, 10_000);
    expect(Buffer.from(smallest).toString()).toBe('needlepin');
  });

  it('makes zero what may be anything', async () => {
    const smallest = await minimise(
      Uint8Array.of(9, 8, 7, 6),
      (candidate) => candidate.length === 4 && candidate[2] === 7,
      100,
    );
    expect([...smallest]).toEqual([0, 0, 7, 0]);
  });

  it('asks no more often than it may, and always gives what fails', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 50 }), fc.nat(30), async (input, attempts) => {
        let asked = 0;
        const total = input.reduce((sum, byte) => sum + byte, 0);
        const fails = (candidate: Uint8Array) => candidate.reduce((sum, byte) => sum + byte, 0) >= total / 2;
        const smallest = await minimise(
          input,
          (candidate) => {
            asked += 1;
            return fails(candidate);
          },
          attempts,
        );
        expect(asked).toBeLessThanOrEqual(attempts);
        expect(fails(smallest)).toBe(true);
      }),
    );
  });
});
