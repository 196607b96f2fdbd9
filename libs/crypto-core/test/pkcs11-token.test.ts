import { rename } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { spawnSync } from 'node:child_process';
import {
  createKeyset,
  fromHex,
  type KeyProvider,
  SecretBytes,
  sha256,
  toHex,
  utf8,
  verifyEcdsa,
} from '@bitcoin-enterprise/crypto-core';
import { openPkcs11Provider, Pkcs11Library, type Pkcs11Module } from '@bitcoin-enterprise/crypto-core/pkcs11';
import { openSoftTokens } from '@bitcoin-enterprise/tools/services';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { describeKeyProvider } from './key-provider-contract.ts';
import { keysetPlace } from './keyset-place.ts';
import { expectNoSecret, refusal, rejection } from './refusal.ts';
import { temporaryFolder } from './temporary-folder.ts';

const tokens = await openSoftTokens();
const reason = 'lacks' in tokens ? ` (not here: this machine has no ${tokens.lacks})` : '';
const pinBytes = utf8('pin-ü-73190');
const pin = SecretBytes.copyOf(pinBytes);
const P256 = Buffer.from('06082a8648ce3d030107', 'hex');

let count = 0;

/** What is beyond the interface that the library uses, to do with a token what others can do. */
interface RawModule extends Pkcs11Module {
  C_CloseAllSessions(slot: Buffer): void;
  C_Logout(session: Buffer): void;
}

function soft(): Exclude<typeof tokens, { lacks: string }> {
  if ('lacks' in tokens) throw new Error(tokens.lacks);
  return tokens;
}

afterAll(() => {
  if (!('lacks' in tokens)) tokens[Symbol.dispose]();
});

/** A library of this test's own object; the process shares one underneath. */
function openLibrary(change: (module: RawModule) => RawModule = (module) => module): Pkcs11Library {
  const { PKCS11, libraryPath } = soft();
  const library = Pkcs11Library.open(change(new PKCS11() as RawModule), libraryPath);
  onTestFinished(() => {
    library[Symbol.dispose]();
  });
  return library;
}

interface Token {
  readonly library: Pkcs11Library;
  readonly raw: RawModule;
  readonly label: string;
  readonly open: () => Promise<KeyProvider>;
}

function newToken(change?: (module: RawModule) => RawModule): Token {
  const label = `token ${(count += 1)}`;
  soft().add(label, { pin: 'pin-ü-73190' });
  const library = openLibrary(change);
  const raw = library.module as RawModule;
  return { library, raw, label, open: () => openPkcs11Provider(library, { token: { label }, pin }) };
}

/** A session of another application on the same token, logged in with ours. */
function otherSession({ library, raw, label }: Token): { slot: Buffer; session: Buffer } {
  const slot = library.findSlot({ label });
  if (slot === undefined) throw new Error('no slot');
  return { slot, session: raw.C_OpenSession(slot, 6) };
}

/** The module with one function replaced. */
function withFunction<Name extends keyof RawModule>(
  name: Name,
  replace: (real: RawModule[Name], module: RawModule) => RawModule[Name],
): (module: RawModule) => RawModule {
  return (module) => {
    const real = (module[name] as (...all: unknown[]) => unknown).bind(module) as RawModule[Name];
    return Object.assign(module, { [name]: replace(real, module) });
  };
}

describe.skipIf('lacks' in tokens)(`a PKCS #11 token${reason}`, () => {
  describeKeyProvider('a SoftHSM token', () => Promise.resolve({ open: newToken().open }));

  it('gives the figure of RFC 5869 section A.1 with the key in the token', async () => {
    const token = newToken();
    await using provider = await token.open();
    const { session } = otherSession(token);
    const prk = '077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5';
    token.raw.C_CreateObject(session, [
      { type: 0x0, value: 4 },
      { type: 0x100, value: 0x10 },
      { type: 0x1, value: true },
      { type: 0x2, value: true },
      { type: 0x102, value: Buffer.from('0a0b', 'hex') },
      { type: 0x3, value: 'brought in' },
      { type: 0x108, value: true },
      { type: 0x11, value: Buffer.from(prk, 'hex') },
    ]);
    expect(await provider.describe('0a0b')).toMatchObject({ label: 'brought in', algorithm: 'HMAC-SHA-256' });
    using output = await provider.expand('0a0b', fromHex('f0f1f2f3f4f5f6f7f8f9'), 42);
    expect(output.expose(toHex)).toBe(
      '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865',
    );
  });

  it('does not give its keys to anybody', async () => {
    const token = newToken();
    await using provider = await token.open();
    await provider.generate({ algorithm: 'HMAC-SHA-256', label: 'x' });
    await provider.generate({ algorithm: 'ECDSA-secp256k1', label: 'x' });
    await provider.generate({ algorithm: 'Ed25519', label: 'x' });
    const { session } = otherSession(token);
    for (const objectClass of [3, 4]) {
      token.raw.C_FindObjectsInit(session, [{ type: 0, value: objectClass }]);
      const handles = token.raw.C_FindObjects(session, 10);
      token.raw.C_FindObjectsFinal(session);
      expect(handles.length).toBe(objectClass === 3 ? 2 : 1);
      for (const handle of handles) {
        const read = (): unknown => token.raw.C_GetAttributeValue(session, handle, [{ type: 0x11 }]);
        expect(read).toThrow('CKR_ATTRIBUTE_SENSITIVE');
      }
    }
    const exportable = provider.generate({ algorithm: 'HMAC-SHA-256', label: 'x', exportable: true });
    expect((await rejection(exportable)).code).toBe('key-not-exportable');
    expect((await rejection(provider.importSealed(utf8('x'), { keyId: 'x', expand: () => pin }))).code).toBe(
      'key-not-exportable',
    );
  });

  it('signs with a low S where the token does not', async () => {
    let high = 0;
    const halfOrder = fromHex('7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0');
    const token = newToken(
      withFunction('C_Sign', (real) => (session, data, output) => {
        const signature = real(session, data, output);
        high += Buffer.compare(signature.subarray(32), halfOrder) > 0 ? 1 : 0;
        return signature;
      }),
    );
    await using provider = await token.open();
    const { id } = await provider.generate({ algorithm: 'ECDSA-secp256k1', label: 'x' });
    const publicKey = await provider.publicKey(id);
    for (let round = 0; round < 40; round += 1) {
      const digest = sha256(Uint8Array.of(round));
      const signature = await provider.sign(id, digest);
      expect(Buffer.compare(signature.subarray(32), halfOrder)).toBeLessThanOrEqual(0);
      expect(verifyEcdsa(signature, digest, publicKey)).toBe(true);
    }
    expect(high).toBeGreaterThan(0);
  });

  it('says that the PIN is wrong, tries it once, and shows neither PIN', async () => {
    let logins = 0;
    const token = newToken(
      withFunction('C_Login', (real) => (session, userType, text) => {
        logins += 1;
        real(session, userType, text);
      }),
    );
    const secrets = [utf8('wrong-pin-5521'), pinBytes];
    for (const text of ['wrong-pin-5521', '1', 'x'.repeat(300)]) {
      const wrong = SecretBytes.fromUtf8(text);
      const pending = openPkcs11Provider(token.library, { token: { label: token.label }, pin: wrong });
      expect((await rejection(pending, secrets)).code).toBe('pin-wrong');
    }
    expect(logins).toBe(3);
    const bytes = SecretBytes.copyOf(Uint8Array.of(0xff, 0xfe, 0xfd, 0xfc));
    const pending = openPkcs11Provider(token.library, { token: { label: token.label }, pin: bytes });
    expect((await rejection(pending)).code).toBe('text-malformed');
  });

  it('does not try a PIN again that was changed meanwhile', async () => {
    let refuse = false;
    let logins = 0;
    const token = newToken(
      withFunction('C_Login', (real) => (session, userType, text) => {
        logins += 1;
        real(session, userType, refuse ? 'another' : text);
      }),
    );
    const provider = await token.open();
    const { id } = await provider.generate({ algorithm: 'HMAC-SHA-256', label: 'x' });
    refuse = true;
    token.raw.C_CloseAllSessions(otherSession(token).slot);
    logins = 0;
    for (let attempt = 0; attempt < 5; attempt += 1)
      expect((await rejection(provider.expand(id, utf8('x'), 32))).code).toBe('pin-wrong');
    expect(logins).toBe(1);
    await provider.close();
  });

  it('says that a token without a PIN is locked, that there is no such token, or more than one', async () => {
    const token = newToken();
    const open = (name: { label: string } | { serialNumber: string }): Promise<KeyProvider> =>
      openPkcs11Provider(token.library, { token: name, pin });
    soft().add('without a PIN');
    expect(await rejection(open({ label: 'without a PIN' }))).toMatchObject({
      code: 'token-locked',
      value: 'C_Login: CKR_USER_PIN_NOT_INITIALIZED (258)',
    });
    expect(await rejection(open({ label: 'nobody' }))).toMatchObject({
      code: 'token-missing',
      value: 'label nobody',
    });
    expect(await rejection(open({ serialNumber: '00' }))).toMatchObject({
      code: 'token-missing',
      value: 'serial number 00',
    });
    const slot = token.library.findSlot({ label: token.label }) ?? Buffer.alloc(0);
    const serialNumber = token.raw.C_GetTokenInfo(slot).serialNumber.trimEnd();
    await (await open({ serialNumber })).close();
    soft().add(token.label);
    expect(await rejection(open({ label: token.label }))).toMatchObject({
      code: 'token-missing',
      value: '2 tokens',
    });
  });

  it('logs in again when its session is gone, and goes on with the same keys', async () => {
    const token = newToken();
    await using provider = await token.open();
    await using second = await token.open();
    const { id } = await provider.generate({ algorithm: 'HMAC-SHA-256', label: 'x' });
    const expected = await hexOf(provider, id);
    const losses = [
      () => {
        token.raw.C_CloseAllSessions(otherSession(token).slot);
      },
      () => {
        token.raw.C_Logout(otherSession(token).session);
      },
      () => {
        token.raw.C_Finalize();
      },
      () => {
        token.library.restart();
      },
    ];
    for (const [round, lose] of losses.entries()) {
      lose();
      expect(await hexOf(provider, id)).toBe(expected);
      expect(await hexOf(second, id)).toBe(expected);
      lose();
      const gone = await second.generate({ algorithm: 'Ed25519', label: 'gone' });
      await provider.sign(gone.id, utf8('x'));
      lose();
      await provider.destroy(gone.id);
      expect((await rejection(second.sign(gone.id, utf8('x')))).code).toBe('key-destroyed');
      lose();
      const states = (await provider.list()).map(({ state }) => state);
      expect(states.filter((state) => state === 'usable').length).toBe(1);
      expect(states.length).toBe(2 + round);
    }
  });

  it('says that a token that was taken out is missing, and uses it again when it is back', async () => {
    const token = newToken();
    await using provider = await token.open();
    const { id } = await provider.generate({ algorithm: 'HMAC-SHA-256', label: 'x' });
    const expected = await hexOf(provider, id);
    const { tokenFolder } = soft();
    await rename(tokenFolder, `${tokenFolder}.out`);
    const uses = [
      () => provider.expand(id, utf8('x'), 32),
      () => provider.generate({ algorithm: 'Ed25519', label: 'x' }),
      () => provider.destroy(id),
      () => provider.describe(id),
    ];
    try {
      for (const use of uses) expect((await rejection(use(), [pinBytes])).code).toBe('token-missing');
    } finally {
      await rename(`${tokenFolder}.out`, tokenFolder);
    }
    expect(await hexOf(provider, id)).toBe(expected);
  });

  it('sees at once that another application has destroyed a key', async () => {
    const token = newToken();
    await using provider = await token.open();
    const { id } = await provider.generate({ algorithm: 'HMAC-SHA-256', label: 'x' });
    await provider.expand(id, utf8('x'), 32);
    const { session } = otherSession(token);
    token.raw.C_FindObjectsInit(session, [{ type: 0x102, value: Buffer.from(id, 'hex') }]);
    for (const handle of token.raw.C_FindObjects(session, 10)) token.raw.C_DestroyObject(session, handle);
    token.raw.C_FindObjectsFinal(session);
    expect((await rejection(provider.expand(id, utf8('x'), 32))).code).toBe('key-missing');
  });

  it('passes over what it cannot use, and refuses to choose between two keys of one id', async () => {
    const token = newToken();
    await using provider = await token.open();
    const { session } = otherSession(token);
    const named = (id: string): { type: number; value: Buffer }[] => [
      { type: 0x102, value: Buffer.from(id, 'hex') },
    ];
    const held = [
      { type: 0x1, value: true },
      { type: 0x2, value: true },
      { type: 0x108, value: true },
    ];
    const pair = (id: string, curve: Buffer): unknown =>
      token.raw.C_GenerateKeyPair(
        session,
        { mechanism: 0x1040 },
        [{ type: 0x1, value: true }, { type: 0x180, value: curve }, ...named(id)],
        [...held, ...named(id)],
      );
    const secret = (id: string): unknown =>
      token.raw.C_GenerateKey(session, { mechanism: 0x350 }, [
        ...held,
        { type: 0x161, value: 32 },
        ...named(id),
      ]);
    pair('01', P256);
    secret('');
    secret('02'.repeat(33));
    expect(await provider.list()).toEqual([]);
    expect((await rejection(provider.sign('01', new Uint8Array(32)))).code).toBe('key-missing');
    secret('03');
    secret('03');
    expect(await rejection(provider.expand('03', utf8('x'), 32))).toMatchObject({
      code: 'provider-failed',
      value: '03',
    });
    pair('04', Buffer.from('06052b8104000a', 'hex'));
    token.raw.C_FindObjectsInit(session, [{ type: 0x0, value: 2 }, ...named('04')]);
    for (const handle of token.raw.C_FindObjects(session, 10)) token.raw.C_DestroyObject(session, handle);
    token.raw.C_FindObjectsFinal(session);
    expect((await rejection(provider.publicKey('04'))).code).toBe('provider-failed');
  });

  it('gives out no signature and no key that the token got wrong', async () => {
    const flip = withFunction('C_Sign', (real) => (session, data, output) => {
      const signature = real(session, data, output);
      signature[40] = (signature[40] ?? 0) ^ 1;
      return signature;
    });
    const token = newToken(flip);
    await using provider = await token.open();
    for (const algorithm of ['ECDSA-secp256k1', 'Ed25519'] as const) {
      const { id } = await provider.generate({ algorithm, label: 'x' });
      expect(await rejection(provider.sign(id, new Uint8Array(32)))).toMatchObject({
        code: 'provider-failed',
        limit: algorithm,
      });
    }
    const short = newToken(
      withFunction('C_Sign', (real) => (session, data, output) => real(session, data, output).subarray(1)),
    );
    await using other = await short.open();
    const { id } = await other.generate({ algorithm: 'HMAC-SHA-256', label: 'x' });
    expect(await rejection(other.expand(id, utf8('x'), 32))).toMatchObject({
      code: 'provider-failed',
      value: '31 bytes',
    });
  });

  it('destroys a new key that the token would give away', async () => {
    const token = newToken(
      withFunction(
        'C_GetAttributeValue',
        (real) => (session, object, template) =>
          real(session, object, template).map(({ type, value }) => ({
            type,
            value: type === 0x162 ? Buffer.of(1) : value,
          })),
      ),
    );
    await using provider = await token.open();
    for (const algorithm of provider.algorithms) {
      const error = await rejection(provider.generate({ algorithm, label: 'x' }));
      expect(error).toMatchObject({ code: 'provider-failed', limit: 'sensitive and never extractable' });
    }
    expect(await provider.list()).toEqual([]);
    const { session } = otherSession(token);
    token.raw.C_FindObjectsInit(session, []);
    expect(token.raw.C_FindObjects(session, 10)).toEqual([]);
    token.raw.C_FindObjectsFinal(session);
  });

  it('offers what the token can do, and says so of the rest', async () => {
    const token = newToken(
      withFunction(
        'C_GetMechanismList',
        (real) => (slot) => real(slot).filter((mechanism) => mechanism !== 0x1055),
      ),
    );
    await using provider = await token.open();
    expect(provider.algorithms).toEqual(['HMAC-SHA-256', 'ECDSA-secp256k1']);
    for (const algorithm of ['Ed25519', 'Schnorr-secp256k1', 'ML-DSA-44'] as const) {
      expect(await rejection(provider.generate({ algorithm, label: 'x' }))).toMatchObject({
        code: 'algorithm-unsupported',
        value: algorithm,
        limit: 'HMAC-SHA-256, ECDSA-secp256k1',
      });
    }
  });

  it('holds the masters of a keyset: it seals, rotates and destroys, and cannot be copied', async () => {
    const token = newToken();
    await using provider = await token.open();
    const place = { ...(await keysetPlace()), provider };
    const keyset = await createKeyset(place);
    const context = 'c';
    const first = await keyset.seal(utf8('one'), { context });
    await keyset.rotate();
    const second = await keyset.seal(utf8('two'), { context });
    using one = await keyset.open(first, { context });
    expect(one.equals(utf8('one'))).toBe(true);
    token.raw.C_CloseAllSessions(otherSession(token).slot);
    await keyset.destroy(1);
    expect((await rejection(keyset.open(first, { context }))).code).toBe('key-destroyed');
    using two = await keyset.open(second, { context });
    expect(two.equals(utf8('two'))).toBe(true);
    expect((await rejection(keyset.backup({ passphrase: pin }))).code).toBe('key-not-exportable');
    expect(
      (await rejection(createKeyset({ ...(await keysetPlace()), provider, exportable: true }))).code,
    ).toBe('key-not-exportable');
  });

  it('is of no use once its library is ended, and shows no PIN', async () => {
    const token = newToken();
    const provider = await token.open();
    expectNoSecret([provider, token.library], [pinBytes]);
    token.library[Symbol.dispose]();
    token.library[Symbol.dispose]();
    expect((await rejection(provider.list())).code).toBe('provider-closed');
    await provider.close();
  });
});

describe.skipIf('lacks' in tokens)(`a PKCS #11 library${reason}`, () => {
  it.each(['/nowhere/libpkcs11.so', '/etc/passwd'])('cannot be used from %s', (path) => {
    const { PKCS11 } = soft();
    const error = refusal(() => Pkcs11Library.open(new PKCS11() as Pkcs11Module, path));
    expect(error.code).toBe('provider-unavailable');
    expect(error.value).toContain(path);
  });

  it('is shared with what else uses it in this process, and is left to it', async () => {
    const first = newToken();
    const second = openLibrary();
    const provider = await openPkcs11Provider(second, { token: { label: first.label }, pin });
    await using other = await first.open();
    second.restart();
    second[Symbol.dispose]();
    expect((await rejection(provider.list())).code).toBe('provider-closed');
    expect(await other.list()).toEqual([]);
  });

  it.each([
    ['unconfigured', 'provider-unavailable'],
    ['crash', ''],
  ])('shows no PIN where the module is %s', async (how, said) => {
    // What a process that crashes leaves behind goes with this folder.
    const TMPDIR = await temporaryFolder();
    const program = fileURLToPath(new URL('pkcs11-crash.ts', import.meta.url));
    const { libraryPath, environment } = soft();
    const label = `token ${(count += 1)}`;
    soft().add(label, { pin: 'pin-ü-73190' });
    const child = spawnSync(
      process.execPath,
      ['--conditions=@bitcoin-enterprise/source', program, how, libraryPath, label],
      { env: { ...process.env, ...environment, TMPDIR }, input: 'pin-ü-73190', encoding: 'utf8' },
    );
    expect(child.stdout).toBe(said === '' ? 'opened\n' : `${said}\n`);
    expect(child.signal).toBe(how === 'crash' ? 'SIGSEGV' : null);
    expect(`${child.stdout}${child.stderr}`).not.toContain('73190');
  });
});

async function hexOf(provider: KeyProvider, id: string): Promise<string> {
  using output = await provider.expand(id, utf8('x'), 32);
  return output.expose(toHex);
}
