import { createHash, generateKeyPairSync, sign } from 'node:crypto';

/** A fresh RSA key that signs as OpenPGP does (RFC 4880): enough of it for apt to verify, without gpg. */
export interface OpenPgpKey {
  /** The public key with its user id and self-signature, as a binary keyring. */
  readonly keyring: Uint8Array;
  /** An armored detached signature (RFC 4880 section 5.2, type 0x00). */
  detachedSignature(data: string): string;
}

const RSA = 1;
const SHA256 = 8;

function packet(tag: number, body: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  return Buffer.concat([Buffer.from([0xc0 | tag, 0xff]), length, body]);
}

/** Multiprecision integer (section 3.2): its length in bits, then its bytes. */
function integer(bytes: Buffer): Buffer {
  const start = bytes.findIndex((byte) => byte !== 0);
  const value = bytes.subarray(start);
  const bits = Buffer.alloc(2);
  bits.writeUInt16BE(value.length * 8 - (Math.clz32(value[0] ?? 0) - 24));
  return Buffer.concat([bits, value]);
}

function uint(value: number, size: 2 | 4): Buffer {
  const bytes = Buffer.alloc(size);
  bytes.writeUIntBE(value, 0, size);
  return bytes;
}

export function createOpenPgpKey(): OpenPgpKey {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 3072 });
  const { n = '', e = '' } = publicKey.export({ format: 'jwk' });
  const created = uint(Math.floor(Date.now() / 1000) - 60, 4);
  const numbers = [n, e].map((number) => integer(Buffer.from(number, 'base64url')));
  const keyBody = Buffer.concat([Buffer.from([4]), created, Buffer.from([RSA]), ...numbers]);
  const hashedKey = Buffer.concat([Buffer.from([0x99]), uint(keyBody.length, 2), keyBody]);
  const keyId = createHash('sha1').update(hashedKey).digest().subarray(-8);

  const signature = (type: number, data: Buffer): Buffer => {
    const hashed = Buffer.concat([
      Buffer.from([4, type, RSA, SHA256]),
      uint(6, 2),
      Buffer.from([5, 2]),
      created,
    ]);
    const signed = Buffer.concat([data, hashed, Buffer.from([4, 0xff]), uint(hashed.length, 4)]);
    const issuer = Buffer.concat([uint(10, 2), Buffer.from([9, 16]), keyId]);
    const left = createHash('sha256').update(signed).digest().subarray(0, 2);
    return packet(2, Buffer.concat([hashed, issuer, left, integer(sign('sha256', signed, privateKey))]));
  };

  const user = Buffer.from('Archive of a test');
  const certified = Buffer.concat([hashedKey, Buffer.from([0xb4]), uint(user.length, 4), user]);
  return {
    keyring: Buffer.concat([packet(6, keyBody), packet(13, user), signature(0x13, certified)]),
    detachedSignature: (data) =>
      `-----BEGIN PGP SIGNATURE-----\n\n${signature(0, Buffer.from(data)).toString('base64').replace(/.{64}/g, '$&\n')}\n` +
      `-----END PGP SIGNATURE-----\n`,
  };
}
