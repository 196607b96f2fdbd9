import { verifyEd25519, verifyMlDsa44 } from '@bitcoin-enterprise/crypto-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  cosigner,
  ed25519NoteSigner,
  evaluateQuorum,
  readWitnessPolicy,
  type NoteSigner,
  type PolicyRule,
} from '../src/index.ts';
import { signatureLine } from '../src/note/signed-note.ts';
import { ORIGIN, signerOf } from './temporary-log.ts';
import { tell } from './witness-history.ts';
import { cosignerOf, LOG_KEY, policyOf, required } from './witness-setting.ts';

const TIME = 1_763_800_000;
const X = [1, 2, 3].map(cosignerOf);
const Y = [4, 5, 6].map(cosignerOf);
const ALL = [...X, ...Y];

/** The example of C2SP tlog-policy, with keys. */
const EXAMPLE = [
  '# two groups of operators',
  '',
  ...X.map(({ verifierKey }, index) => `witness X${index + 1} ${verifierKey}`),
  'group X-witnesses 2 X1 X2 X3',
  '\t ',
  ...Y.map(
    ({ verifierKey }, index) => `  witness\tY${index + 1} ${verifierKey}  https://w.example/y${index + 1}\t`,
  ),
  'group Y-witnesses any Y1 Y2 Y3',
  '',
  'group X-and-Y all X-witnesses Y-witnesses',
  'quorum X-and-Y',
];

function parse(...lines: readonly string[]): ReturnType<typeof readWitnessPolicy> {
  return readWitnessPolicy(new TextEncoder().encode(`${lines.join('\n')}\n`));
}

async function checkpoint(): Promise<string> {
  return required((await tell('a', 3)).checkpoints[3]);
}

async function cosigned(note: string, signers: readonly NoteSigner[], time = TIME): Promise<string> {
  const text = `${note.slice(0, note.indexOf('\n\n'))}\n`;
  const lines = signers.map(async (signer) =>
    signatureLine({ ...signer, signature: await signer.sign(text, time) }),
  );
  return `${note}${(await Promise.all(lines)).join('')}`;
}

describe('a policy file', () => {
  it('is read as the example of the specification means it', () => {
    const policy = policyOf(...EXAMPLE);
    expect(policy.logs).toEqual([{ key: LOG_KEY }]);
    expect(policy.witnesses.map(({ name, url }) => [name, url])).toEqual([
      ['X1', undefined],
      ['X2', undefined],
      ['X3', undefined],
      ['Y1', 'https://w.example/y1'],
      ['Y2', 'https://w.example/y2'],
      ['Y3', 'https://w.example/y3'],
    ]);
    const namesOf = (rule: PolicyRule | undefined): unknown =>
      rule === undefined || 'witness' in rule
        ? rule?.witness.name
        : [rule.group, rule.threshold, ...rule.members.map(namesOf)];
    expect(namesOf(policy.quorum)).toEqual([
      'X-and-Y',
      2,
      ['X-witnesses', 2, 'X1', 'X2', 'X3'],
      ['Y-witnesses', 1, 'Y1', 'Y2', 'Y3'],
    ]);
  });

  const [w1 = '', w2 = ''] = X.map(({ verifierKey }) => verifierKey);
  const sameKey = cosigner('other.example', signerOf(101)).verifierKey;
  const plain = ed25519NoteSigner('example.com/w', signerOf(1)).verifierKey;
  it.each([
    [1, 'the line is neither', ['quorums none']],
    [1, 'neither log, witness', ['LOG x']],
    [1, 'no quorum line', ['# nothing']],
    [2, 'second quorum', ['quorum none', 'quorum none']],
    [1, 'a quorum is one name', ['quorum']],
    [1, 'a quorum is one name', ['quorum none none']],
    [1, '"W1" is not defined', ['quorum W1', `witness W1 ${w1}`]],
    [1, 'a witness is', ['witness W1', 'quorum W1']],
    [1, 'a witness is', [`witness W1 ${w1} https://a https://b`]],
    [1, 'a witness is', [`witness W1 ${w1.slice(0, -1)}`]],
    [1, 'type for logs', [`witness W1 ${plain}`]],
    [1, 'type for witnesses', [`log ${w1}`]],
    [1, 'a log is', ['log']],
    [1, 'a log is', [`log ${plain} https://a https://b`]],
    [2, 'the log is there twice', [`log ${plain}`, `log ${plain}`]],
    [2, 'the witness is there twice', [`witness W1 ${w1}`, `witness W2 ${w1}`]],
    [2, 'the witness is there twice', [`witness W1 ${w1}`, `witness W2 ${sameKey}`]],
    [2, '"W1" is defined already', [`witness W1 ${w1}`, `witness W1 ${w2}`]],
    [1, 'name of no quorum', [`witness none ${w1}`]],
    [2, 'a member already', [`witness W1 ${w1}`, 'group G 2 W1 W1']],
    [3, 'a member already', [`witness W1 ${w1}`, 'group G any W1', 'group H any G W1']],
    [1, '"G" is not defined', ['group G any G']],
    [1, '"none" is not defined', ['group G any none']],
    [2, 'threshold', [`witness W1 ${w1}`, 'group G 0 W1']],
    [2, 'threshold', [`witness W1 ${w1}`, 'group G 2 W1']],
    [2, 'threshold', [`witness W1 ${w1}`, 'group G 01 W1']],
    [2, 'threshold', [`witness W1 ${w1}`, 'group G +1 W1']],
    [2, 'threshold', [`witness W1 ${w1}`, 'group G most W1']],
    [1, 'at least one member', ['group G all']],
    [1, 'control character', ['# \u0007', 'quorum none']],
    [1, 'control character', ['quorum none\r']],
    [1, 'control character', ['# \u007f']],
  ])('is refused at line %i: %s', (line, reason, lines) => {
    const result = parse(...lines);
    expect(result).toMatchObject({ ok: false, line });
    expect(result.ok || result.reason).toContain(reason);
  });

  it('is refused without an end, too long, or with too many witnesses', () => {
    expect(readWitnessPolicy(new TextEncoder().encode('quorum none'))).toMatchObject({ ok: false });
    expect(readWitnessPolicy(new Uint8Array(262_145).fill(0x0a))).toMatchObject({ ok: false });
    const many = Array.from({ length: 65 }, (_, index) => {
      return `witness W${index} ${cosigner('w', signerOf(index)).verifierKey}`;
    });
    expect(parse(...many.slice(1), 'quorum none').ok).toBe(true);
    expect(parse(...many, 'quorum none')).toMatchObject({ ok: false, line: 65 });
    const logs = Array.from({ length: 65 }, (_, index) => {
      return `log ${ed25519NoteSigner('l', signerOf(index)).verifierKey}`;
    });
    expect(parse(...logs.slice(1), 'quorum none').ok).toBe(true);
    expect(parse(...logs, 'quorum none')).toMatchObject({ ok: false, line: 65 });
  });

  it('is refused with too many groups', () => {
    const start = `witness G0 ${required(X[0]).verifierKey}`;
    const groups = Array.from({ length: 65 }, (_, index) => `group G${index + 1} all G${index}`);
    expect(parse(start, ...groups.slice(0, 64), 'quorum G64').ok).toBe(true);
    expect(parse(start, ...groups, 'quorum G65')).toMatchObject({
      ok: false,
      line: 66,
      reason: 'more than 64 groups',
    });
  });

  it('takes no byte order mark for nothing', () => {
    expect(parse('\ufeffquorum none').ok).toBe(false);
    expect(parse(`log \ufeff${plain}`, 'quorum none').ok).toBe(false);
  });

  it('tells names apart by their octets, whatever they mean', async () => {
    const [one = '', two = ''] = X.map(({ verifierKey }) => verifierKey);
    const file = Buffer.concat([
      Buffer.from('witness '),
      Uint8Array.of(0xfe),
      Buffer.from(` ${one}\nwitness `),
      Uint8Array.of(0xff),
      Buffer.from(` ${two}\ngroup \u212a all `),
      Uint8Array.of(0xfe, 0x20, 0xff),
      Buffer.from('\nquorum \u212a\n'),
    ]);
    const result = readWitnessPolicy(file);
    if (!result.ok) throw new Error(result.reason);
    const policy = { ...result.policy, logs: [{ key: LOG_KEY }] };
    expect(policy.witnesses[0]?.name).toBe(policy.witnesses[1]?.name);
    // The same name to a person, and two witnesses all the same.
    expect(evaluateQuorum(await cosigned(await checkpoint(), X.slice(0, 1)), policy).ok).toBe(false);
    expect(evaluateQuorum(await cosigned(await checkpoint(), X.slice(0, 2)), policy).ok).toBe(true);
    expect(parse('witness K x', 'quorum \u212a')).toMatchObject({ ok: false });
  });

  it('never makes the reader fail otherwise', () => {
    const words = [
      'log',
      'witness',
      'group',
      'quorum',
      'any',
      'all',
      'none',
      '1',
      '2',
      'A',
      'B',
      w1,
      w2,
      plain,
    ];
    const line = fc.array(fc.constantFrom(...words), { maxLength: 5 }).map((items) => items.join(' '));
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.array(line).map((all) => Buffer.from(all.join('\n'))),
        ),
        (file) => {
          expect(typeof readWitnessPolicy(file).ok).toBe('boolean');
        },
      ),
    );
  });
});

describe('a quorum', () => {
  const policy = policyOf(...EXAMPLE);
  const options = { verifyMlDsa44 };

  it('is met by exactly those sets of witnesses that the policy means', async () => {
    const note = await checkpoint();
    for (let set = 0; set < 64; set += 1) {
      const present = ALL.filter((_, index) => ((set >> index) & 1) === 1);
      const report = evaluateQuorum(await cosigned(note, present), policy, options);
      const [x, y] = [X, Y].map((group) => group.filter((signer) => present.includes(signer)).length);
      expect([set, report.ok]).toEqual([set, (x ?? 0) >= 2 && (y ?? 0) >= 1]);
      expect(report.witnesses.map(({ status }) => status === 'present')).toEqual(
        ALL.map((signer) => present.includes(signer)),
      );
    }
  });

  it('names every witness, with its time or what is wrong with it', async () => {
    const note = await cosigned(await checkpoint(), [X[0], X[2], Y[0]].map(required));
    const report = evaluateQuorum(note, policy, options);
    expect(report.summary).toBe('3 entries, cosigned by 3 of 6 witnesses');
    expect(report.witnesses).toEqual([
      { name: 'X1', status: 'present', time: TIME },
      { name: 'X2', status: 'missing' },
      { name: 'X3', status: 'present', time: TIME },
      { name: 'Y1', status: 'present', time: TIME },
      { name: 'Y2', status: 'missing' },
      { name: 'Y3', status: 'missing' },
    ]);
  });

  it('is judged alike by OpenSSL and in JavaScript', async () => {
    const note = await cosigned(await checkpoint(), ALL);
    let calls = 0;
    const counted: typeof verifyEd25519 = (...given) => {
      calls += 1;
      return verifyEd25519(...given);
    };
    for (const judged of [note, note.replace('\n3\n', '\n4\n')]) {
      const byOpenSsl = evaluateQuorum(judged, policy, { ...options, verifyEd25519: counted });
      expect(byOpenSsl).toEqual(evaluateQuorum(judged, policy, options));
    }
    // The log and four witnesses have Ed25519 keys.
    expect(calls).toBe(10);
  });

  it('does not count what cannot be verified here, and is met without it where there are enough', async () => {
    const three = await cosigned(await checkpoint(), [X[0], X[2], Y[0]].map(required));
    expect(evaluateQuorum(three, policy)).toMatchObject({
      ok: false,
      summary: 'no quorum: "X2" missing, "X3" invalid, "Y2" missing, "Y3" missing',
    });
    const four = await cosigned(await checkpoint(), [X[0], X[1], X[2], Y[0]].map(required));
    expect(evaluateQuorum(four, policy).ok).toBe(true);
  });

  it('does not count a time of zero, nor one in the future', async () => {
    const most = [X[0], Y[0]].map(required);
    const note = await cosigned(await checkpoint(), most);
    const untimed = await cosigned(note, [required(X[1])], 0);
    expect(evaluateQuorum(untimed, policy, options)).toMatchObject({ ok: false });
    expect(evaluateQuorum(untimed, policy, options).witnesses[1]?.reason).toBe(
      'the cosignature states no time',
    );
    const late = await cosigned(note, [required(X[1])], TIME + 1);
    expect(evaluateQuorum(late, policy, options).ok).toBe(true);
    expect(evaluateQuorum(late, policy, { ...options, now: TIME }).witnesses[1]).toEqual({
      name: 'X2',
      status: 'invalid',
      reason: `the cosignature is of a later time, ${TIME + 1}`,
    });
    expect(evaluateQuorum(late, policy, { ...options, now: TIME + 1 }).ok).toBe(true);
  });

  it('is refused as a whole where a line of a known witness is forged', async () => {
    const note = await cosigned(await checkpoint(), ALL.slice(0, 5));
    const forged = signatureLine({ ...required(Y[2]), signature: new Uint8Array(8 + 2420) });
    expect(evaluateQuorum(note, policy, options).ok).toBe(true);
    expect(evaluateQuorum(`${note}${forged}`, policy, options)).toMatchObject({
      ok: false,
      summary: 'witness "Y3": the signature does not verify',
    });
  });

  it('keeps out of it whom the policy does not know', async () => {
    const note = await cosigned(await checkpoint(), [X[0], X[1], Y[0]].map(required));
    const strangers = await cosigned(note, [7, 8, 9].map(cosignerOf));
    expect(evaluateQuorum(strangers, policy, options)).toMatchObject({ ok: true });
    // The same key under another name is another witness.
    const renamed = cosigner('other.example', signerOf(101));
    const alone = await cosigned(await checkpoint(), [renamed, required(X[1]), required(Y[0])]);
    expect(evaluateQuorum(alone, policy, options).ok).toBe(false);
  });

  it('is nothing without the log', async () => {
    const note = await cosigned(await checkpoint(), ALL);
    const [, logLine = ''] = /\n\n([^\n]+\n)/.exec(note) ?? [];
    for (const [changed, summary] of [
      [note.replace(logLine, ''), 'the log has not signed it'],
      [
        note.replace(/(?<=\n\n\u2014 \S+ \S{20})\S{4}/u, 'AAAA'),
        'the signature of the log: the signature does not verify',
      ],
      [note.replace(`${ORIGIN}\n`, 'example.com/else\n'), 'no log "example.com/else" is known'],
      ['a poem\n\n\u2014 x AAAAAAAA\n', 'the note is no checkpoint'],
      ['', 'the note is no checkpoint'],
    ] as const) {
      expect(evaluateQuorum(changed, policy, options)).toMatchObject({
        ok: false,
        summary,
        isSignedByLog: false,
      });
    }
    const unknown = { ...policy, logs: [] };
    expect(evaluateQuorum(note, unknown, options).ok).toBe(false);
    expect(evaluateQuorum(note, unknown, { ...options, logKeys: [LOG_KEY] }).ok).toBe(true);
  });

  it('none needs the log alone, and one witness that witness', async () => {
    const note = await checkpoint();
    expect(evaluateQuorum(note, policyOf('quorum none'))).toMatchObject({
      ok: true,
      summary: '3 entries, cosigned by 0 of 0 witnesses',
    });
    const single = policyOf(`witness W ${required(X[0]).verifierKey}`, 'quorum W');
    expect(evaluateQuorum(note, single).ok).toBe(false);
    expect(evaluateQuorum(await cosigned(note, [required(X[0])]), single).ok).toBe(true);
  });
});
