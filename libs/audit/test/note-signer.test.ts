import {
  fromHex,
  MlDsaSigningKey,
  SecretBytes,
  type Signer,
  toHex,
  verifyMlDsa44,
} from '@bitcoin-enterprise/crypto-core';
import { describe, expect, it } from 'vitest';
import {
  cosigner,
  ed25519NoteSigner,
  evaluateQuorum,
  readVerifierKey,
  verifierKey,
  writeVerifierKey,
  type NoteSigner,
  type VerifierKey,
  type WitnessPolicy,
} from '../src/index.ts';
import { signatureLine } from '../src/note/signed-note.ts';
import { checkSignature } from '../src/verify/note-signature.ts';
import { readNote, type ReadNote } from '../src/verify/signed-note.ts';
import { CHECKPOINT, KEY_ID, NAME, PUBLIC_KEY_START, SEED } from './note-ml-dsa-example.ts';
import { codeOf, openTestLog, eventNumber, ORIGIN, signerOf, temporaryPath } from './temporary-log.ts';

const TEXT = `example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n`;
const TIME = 1_679_315_147;

function mlDsa(seed: Uint8Array): MlDsaSigningKey {
  using secret = SecretBytes.copyOf(seed);
  return MlDsaSigningKey.fromSeed('ML-DSA-44', secret);
}

const ML_DSA = mlDsa(new Uint8Array(32).fill(3));
const SIGNERS: readonly (readonly [string, NoteSigner])[] = [
  ['0x01', ed25519NoteSigner('example.com/signer', signerOf(1))],
  ['0x04', cosigner('example.com/signer', signerOf(1))],
  ['0x06', cosigner('example.com/signer', ML_DSA)],
];

async function signed(signer: NoteSigner, text: string, time = TIME): Promise<string> {
  const signature = await signer.sign(text, time);
  return `${text}\n${signatureLine({ keyName: signer.keyName, keyId: signer.keyId, signature })}`;
}

function read(note: string): ReadNote {
  const parsed = readNote(note);
  if (parsed === undefined) throw new Error('no note');
  return parsed;
}

function keyOf(text: string): VerifierKey {
  const key = readVerifierKey(text);
  if (key === undefined) throw new Error(`no key: ${text.slice(0, 80)}`);
  return key;
}

describe('a signer of notes', () => {
  it.each(SIGNERS)('of type %s signs what its verifier key verifies, and nothing else', async (_, signer) => {
    const key = keyOf(signer.verifierKey);
    const note = await signed(signer, TEXT);
    const time = key.type === 'ed25519' ? undefined : TIME;
    expect(checkSignature(read(note), key, { verifyMlDsa44 })).toEqual({ status: 'valid', time });
    for (const changed of [
      note.replace('sofa\n', 'door\n'),
      note.replace('20852163', '20852164'),
      note.replace('CsUY', 'CsUZ'),
    ]) {
      expect(checkSignature(read(changed), key, { verifyMlDsa44 }).status).toBe('invalid');
    }
  });

  it.each(SIGNERS.slice(1))('of type %s signs the time that it states', async (_, signer) => {
    const note = read(await signed(signer, TEXT));
    const [line] = note.signatures;
    const later = line?.signature.slice() ?? new Uint8Array();
    later[7] = (later[7] ?? 0) ^ 1;
    const moved = { ...note, signatures: [{ ...line, signature: later }] } as ReadNote;
    expect(checkSignature(moved, keyOf(signer.verifierKey), { verifyMlDsa44 }).status).toBe('invalid');
  });

  it('of cosignature/v1 signs a header, the time and the text, extension lines and all', async () => {
    const messages: string[] = [];
    const key = signerOf(1);
    const listening: Signer = {
      algorithm: key.algorithm,
      publicKey: key.publicKey,
      signAsync: (message: Uint8Array) => {
        messages.push(Buffer.from(message).toString());
        return key.signAsync(message);
      },
    };
    await cosigner('witness.example.com/w1', listening).sign(`${TEXT}extension\n`, TIME);
    // C2SP tlog-cosignature, "Ed25519 signed message".
    expect(messages).toEqual([
      'cosignature/v1\ntime 1679315147\nexample.com/behind-the-sofa\n20852163\n' +
        'CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\nextension\n',
    ]);
  });

  it('of ML-DSA-44 signs name, time, origin, size and root, and no extension line', async () => {
    const messages: string[] = [];
    const listening: Signer = {
      algorithm: ML_DSA.algorithm,
      publicKey: ML_DSA.publicKey,
      signAsync: (message: Uint8Array) => {
        messages.push(toHex(message));
        return ML_DSA.signAsync(message);
      },
    };
    await cosigner('w.example', listening).sign(`${TEXT}extension\n`, TIME);
    // C2SP tlog-cosignature, "ML-DSA-44 signed message": label, opaque<1..255>, uint64, opaque<1..255>, uint64, uint64, hash.
    expect(messages).toEqual([
      [
        toHex(Buffer.from('subtree/v1\n\0')),
        `09${toHex(Buffer.from('w.example'))}`,
        '00000000641850cb',
        `1b${toHex(Buffer.from('example.com/behind-the-sofa'))}`,
        '0000000000000000',
        '00000000013e2dc3',
        '0ac5186a91863e8e1d90c808014aa89bf5da8e3ee1d9f07630f0378f68f1ab62',
      ].join(''),
    ]);
  });

  it('gives nothing out that does not verify, and says so when its key fails', async () => {
    const key = signerOf(1);
    const others = [
      { ...signing(key), signAsync: () => signerOf(2).signAsync(Buffer.from('other')) },
      { ...signing(key), signAsync: () => Promise.resolve(new Uint8Array(63)) },
      { ...signing(key), signAsync: () => Promise.reject(new Error('the token is gone')) },
    ];
    for (const other of others) {
      expect(await codeOf(() => cosigner('a', other).sign(TEXT, TIME))).toBe('signer-failed');
    }
  });

  it('refuses names and keys that cannot sign a note', async () => {
    for (const name of ['', 'two words', 'a+b', 'a\nb', 'a\u2003b', 'x'.repeat(256), '\u00e4'.repeat(128)]) {
      expect(await codeOf(() => cosigner(name, signerOf(1)))).toBe('option-malformed');
    }
    const ed25519 = signing(signerOf(1));
    expect(await codeOf(() => cosigner('a', { ...ed25519, algorithm: 'ML-DSA-65' }))).toBe(
      'option-malformed',
    );
    expect(await codeOf(() => ed25519NoteSigner('a', ML_DSA))).toBe('option-malformed');
  });

  it('of ML-DSA-44 has no room for an origin of more than 255 bytes, and signs checkpoints alone', async () => {
    const signer = cosigner('a', ML_DSA);
    const root = 'CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=';
    await signer.sign(`${'o'.repeat(255)}\n1\n${root}\n`, TIME);
    expect(await codeOf(() => signer.sign(`${'o'.repeat(256)}\n1\n${root}\n`, TIME))).toBe('note-malformed');
    expect(await codeOf(() => signer.sign('a poem\n', TIME))).toBe('note-malformed');
  });
});

function signing(key: Signer): Signer {
  return {
    algorithm: key.algorithm,
    publicKey: key.publicKey,
    signAsync: (message) => key.signAsync(message),
  };
}

describe('a signature line', () => {
  const signer = cosigner('example.com/signer', signerOf(1));
  const key = keyOf(signer.verifierKey);

  it('counts once: a second one of the same key refuses the note, right or wrong', async () => {
    const note = await signed(signer, TEXT);
    const [line = ''] = note.slice(note.lastIndexOf('\n\n') + 2).split('\n');
    expect(checkSignature(read(`${note}${line}\n`), key)).toEqual({
      status: 'invalid',
      reason: 'more than one signature of this key',
    });
    const later = await signed(signer, TEXT, TIME + 1);
    expect(checkSignature(read(`${note}${later.slice(later.indexOf('\u2014'))}`), key).status).toBe(
      'invalid',
    );
  });

  it('of another key is ignored where it shares the name, or the key id, but not both', async () => {
    const note = await signed(signer, TEXT);
    const named = signatureLine({ keyName: signer.keyName, keyId: 1, signature: new Uint8Array(72) });
    const numbered = signatureLine({ keyName: 'x', keyId: signer.keyId, signature: new Uint8Array(72) });
    expect(checkSignature(read(`${note}${named}${numbered}`), key).status).toBe('valid');
    const both = signatureLine({ ...signer, signature: new Uint8Array(72) });
    expect(checkSignature(read(`${TEXT}\n${named}${both}`), key).status).toBe('invalid');
  });

  it('is refused when it was cut, grown, or is of a time that no clock shows', async () => {
    const whole = await signer.sign(TEXT, TIME);
    const line = (signature: Uint8Array): string => `${TEXT}\n${signatureLine({ ...signer, signature })}`;
    expect(checkSignature(read(line(whole)), key).status).toBe('valid');
    for (const signature of [whole.subarray(0, 71), whole.subarray(0, 8), Buffer.concat([whole, whole])]) {
      expect(checkSignature(read(line(signature)), key)).toEqual({
        status: 'invalid',
        reason: 'the signature is of another length',
      });
    }
    const late = whole.slice();
    late[0] = 0x7f;
    expect(checkSignature(read(line(late)), key)).toEqual({
      status: 'invalid',
      reason: 'the signature is of no time',
    });
  });

  it('of ML-DSA-44 is not taken for valid where nothing verifies it', async () => {
    const pq = cosigner('example.com/signer', ML_DSA);
    const note = read(await signed(pq, TEXT));
    expect(checkSignature(note, keyOf(pq.verifierKey))).toEqual({ status: 'unverified' });
  });
});

describe('another implementation', () => {
  it('has the same ML-DSA-44 key id, text form and message (torchwood)', () => {
    const { publicKey } = mlDsa(fromHex(SEED));
    const key = verifierKey(NAME, 'ml-dsa-44-cosignature', publicKey);
    if (key === undefined) throw new Error('no key');
    expect(toHex(key.keyId)).toBe(KEY_ID);
    expect(writeVerifierKey(key)).toMatch(new RegExp(`^${NAME.replaceAll('.', '\\.')}\\+${KEY_ID}\\+`));
    expect(writeVerifierKey(key)).toContain(`+${KEY_ID}+${PUBLIC_KEY_START}`);
    expect(checkSignature(read(CHECKPOINT), key, { verifyMlDsa44 })).toEqual({
      status: 'valid',
      time: undefined,
    });
    const policy: WitnessPolicy = { logs: [{ key }], witnesses: [], quorum: undefined };
    expect(evaluateQuorum(CHECKPOINT, policy, { verifyMlDsa44 })).toMatchObject({
      ok: true,
      checkpoint: { origin: NAME, size: 1 },
    });
    const larger = CHECKPOINT.replace('\n1\n', '\n2\n');
    expect(evaluateQuorum(larger, policy, { verifyMlDsa44 }).ok).toBe(false);
    expect(evaluateQuorum(CHECKPOINT, policy)).toMatchObject({
      ok: false,
      summary: 'the log has not signed it',
    });
  });

  it('has the Ed25519 key of the C2SP example', () => {
    const text = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k';
    const note =
      'This is an example message.\n\n' +
      '\u2014 example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n';
    expect(checkSignature(read(note), keyOf(text))).toEqual({ status: 'valid', time: undefined });
    expect(writeVerifierKey(keyOf(text))).toBe(text);
  });
});

describe('a log with further signers', () => {
  it('has a line of each in every checkpoint, with the time of its clock, and opens without them', async () => {
    const path = temporaryPath();
    const [pq, ed] = [cosigner(ORIGIN, ML_DSA), cosigner('example.com/mirror', signerOf(9))];
    const log = await openTestLog(path, { coSigners: [pq, ed], clock: () => TIME * 1000 + 999 });
    await log.append(eventNumber(0));
    const note = read(await log.checkpoint());
    expect(note.signatures.map(({ keyName }) => keyName)).toEqual([ORIGIN, ORIGIN, 'example.com/mirror']);
    for (const signer of [pq, ed]) {
      const verdict = checkSignature(note, keyOf(signer.verifierKey), { verifyMlDsa44 });
      expect(verdict).toEqual({ status: 'valid', time: TIME });
    }
    await log.close();
    const again = await openTestLog(path);
    expect((await again.check()).ok).toBe(true);
  });

  it('states no earlier time than before, though the clock was set back meanwhile', async () => {
    const pq = cosigner(ORIGIN, ML_DSA);
    const timeOf = (note: string) => checkSignature(read(note), keyOf(pq.verifierKey), { verifyMlDsa44 });
    const [early, late] = [() => (TIME - 3600) * 1000, () => TIME * 1000];
    const path = temporaryPath();
    const log = await openTestLog(path, { coSigners: [pq], clock: late });
    await log.append(eventNumber(0));
    const ofLate = await log.checkpoint();
    await log.close();
    const again = await openTestLog(path, { coSigners: [pq], clock: early });
    await again.append(eventNumber(1));
    expect(timeOf(await again.checkpoint())).toEqual({ status: 'valid', time: TIME });

    // What a pin holds counts as well, but not a cosignature that somebody altered there.
    const line = ofLate.trimEnd().split('\n').at(-1) ?? '';
    const otherDigit = (_: string, digit: string, end: string) => `${digit === 'A' ? 'B' : 'A'}${end}`;
    const altered = ofLate.replace(line, line.replace(/(.)(.{40})$/u, otherDigit));
    for (const [pinned, time] of [
      [ofLate, TIME],
      [altered, TIME - 3600],
    ] as const) {
      const same = temporaryPath();
      const without = await openTestLog(same, { clock: late });
      await without.append(eventNumber(0));
      await without.close();
      const pin = { latest: () => Promise.resolve(pinned), pin: () => Promise.resolve() };
      const opened = await openTestLog(same, { coSigners: [pq], clock: early, pin });
      await opened.append(eventNumber(1));
      expect(timeOf(await opened.checkpoint())).toEqual({ status: 'valid', time });
    }
  });

  it('refuses two signers of one key, and more than a note has room for', async () => {
    const one = cosigner('a', signerOf(1));
    expect(await codeOf(() => openTestLog(temporaryPath(), { coSigners: [one, one] }))).toBe(
      'option-malformed',
    );
    const many = Array.from({ length: 16 }, (_, byte) => cosigner('a', signerOf(byte)));
    expect(await codeOf(() => openTestLog(temporaryPath(), { coSigners: many }))).toBe('option-malformed');
    await openTestLog(temporaryPath(), { coSigners: many.slice(1) });
  });

  it('does not make a checkpoint that one of them would not sign, or that has no time', async () => {
    const failing = { ...signing(signerOf(1)), signAsync: () => Promise.reject(new Error('away')) };
    const coSigners = [cosigner('a', failing)];
    expect(await codeOf(() => openTestLog(temporaryPath(), { coSigners }))).toBe('signer-failed');
    const timeless = { coSigners: [cosigner('a', signerOf(1))], clock: () => 0 };
    expect(await codeOf(() => openTestLog(temporaryPath(), timeless))).toBe('clock-malformed');
  });
});
