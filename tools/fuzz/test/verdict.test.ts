import { describe, expect, it } from 'vitest';
import type { FuzzTarget } from '../target.ts';
import { Judge } from '../verdict.ts';

class Refusal extends Error {}

const input = Uint8Array.from({ length: 20 }, (_, index) => 100 + index);

function judged(target: Partial<FuzzTarget<unknown>>) {
  return new Judge({
    seeds: [],
    decode: () => 1,
    isRefusal: (error) => error instanceof Refusal,
    ...target,
  }).judge(input);
}

const refuse = (message: string, cause?: unknown) => () => {
  throw new Refusal(message, { cause });
};

describe('the verdict on an input', () => {
  it('is accepted or refused where all is well, at once where the decoder is synchronous', async () => {
    expect(judged({})).toEqual({ outcome: 'accepted' });
    expect(judged({ decode: refuse('no') })).toEqual({ outcome: 'refused' });
    await expect(judged({ decode: () => Promise.resolve(1) })).resolves.toEqual({ outcome: 'accepted' });
    await expect(judged({ decode: () => Promise.reject(new Refusal('no')) })).resolves.toEqual({
      outcome: 'refused',
    });
  });

  it('is a finding where the decoder throws what is no refusal', async () => {
    const decode = () => {
      throw new RangeError('offset');
    };
    expect(judged({ decode })).toMatchObject({ outcome: 'found', kind: 'unexpected-error' });
    await expect(judged({ decode: () => Promise.reject(new RangeError('offset')) })).resolves.toMatchObject({
      outcome: 'found',
      kind: 'unexpected-error',
    });
  });

  it('is a finding where what was decoded breaks a property, even with a refusal', async () => {
    const found = { outcome: 'found', kind: 'property' };
    expect(judged({ check: refuse('encodes to other bytes') })).toMatchObject(found);
    await expect(judged({ check: () => Promise.reject(new Error('late')) })).resolves.toMatchObject(found);
    await expect(
      judged({ decode: () => Promise.resolve(1), check: refuse('encodes to other bytes') }),
    ).resolves.toMatchObject(found);
  });

  it('is a finding where the decoder writes to its input', () => {
    const decode = (given: Uint8Array) => given.fill(0);
    expect(judged({ decode })).toMatchObject({ outcome: 'found', kind: 'input-changed' });
  });

  it('gives the decoder an array in the middle of a longer buffer', () => {
    let surrounded = false;
    const decode = (given: Uint8Array): void => {
      surrounded = given.byteOffset > 0 && given.buffer.byteLength > given.byteOffset + given.length;
    };
    expect(judged({ decode })).toEqual({ outcome: 'accepted' });
    expect(surrounded).toBe(true);
  });

  const secret = Uint8Array.from(Buffer.from('correct horse battery'));
  it.each([
    ['as text', 'correct horse battery'],
    ['in hexadecimal', Buffer.from(secret).toString('hex')],
    ['in upper-case hexadecimal', Buffer.from(secret).toString('hex').toUpperCase()],
    ['in base64', Buffer.from(secret).toString('base64')],
    ['as an array', `[ ${secret.join(', ')} ]`],
  ])('is a finding where a refusal shows a secret %s', (_how, shown) => {
    expect(judged({ secrets: [secret], decode: refuse(`not ${shown}`) })).toMatchObject({
      kind: 'secret-shown',
    });
  });

  it('is a finding where the secret is in a cause or in a property of the error', () => {
    const found = { outcome: 'found', kind: 'secret-shown' };
    expect(
      judged({ secrets: [secret], decode: refuse('no', new Error('correct horse battery')) }),
    ).toMatchObject(found);
    expect(judged({ secrets: [secret], decode: refuse('no', { key: Buffer.from(secret) }) })).toMatchObject(
      found,
    );
  });

  it('is a finding where a refusal shows a part of an input that is a secret', () => {
    const decode = (given: Uint8Array) =>
      refuse(`not ${Buffer.from(given.subarray(3, 16)).toString('latin1')}`)();
    expect(judged({ isInputSecret: true, decode })).toMatchObject({ kind: 'secret-shown' });
    expect(judged({ decode })).toEqual({ outcome: 'refused' });
  });

  it('looks at every message anew that it has not seen', () => {
    let message = 'harmless';
    const judge = new Judge({
      seeds: [],
      secrets: [secret],
      isRefusal: (error) => error instanceof Refusal,
      decode: () => refuse(message)(),
    });
    expect(judge.judge(input)).toEqual({ outcome: 'refused' });
    message = 'correct horse battery';
    expect(judge.judge(input)).toMatchObject({ kind: 'secret-shown' });
  });
});
