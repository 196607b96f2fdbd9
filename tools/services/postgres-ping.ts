import { connect } from 'node:net';

/** The version 3.0 of the protocol, as the first message gives it ("Frontend/Backend Protocol", Message Formats). */
const PROTOCOL_VERSION = 196_608;
const HEADER_BYTES = 5;
const ANSWER_WITHIN_MS = 5_000;

/**
 * Asks for a session, as a client does, and leaves again: gives the server's version once it accepts sessions, `undefined`
 * while it does not. No password is sent.
 */
export function pingPostgres(socketPath: string, user: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect(socketPath);
    let received = Buffer.alloc(0);
    const answer = (version: string | undefined): void => {
      resolve(version);
      socket.destroy();
    };
    socket.setTimeout(ANSWER_WITHIN_MS, () => {
      answer(undefined);
    });
    socket.on('error', () => {
      answer(undefined);
    });
    socket.on('close', () => {
      answer(undefined);
    });
    socket.on('connect', () => socket.write(startupMessage(user)));
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      const { isReady, version } = readAnswer(received);
      if (isReady) answer(version);
    });
  });
}

function startupMessage(user: string): Uint8Array {
  const parameters = Buffer.from(`user\0${user}\0database\0${user}\0\0`);
  const header = Buffer.alloc(8);
  header.writeInt32BE(header.length + parameters.length, 0);
  header.writeInt32BE(PROTOCOL_VERSION, 4);
  return Buffer.concat([header, parameters]);
}

/** Looks for `ReadyForQuery`, and for the version among the parameters before it. */
function readAnswer(received: Buffer): { isReady: boolean; version: string | undefined } {
  let version: string | undefined;
  for (let at = 0; at + HEADER_BYTES <= received.length;) {
    const type = String.fromCharCode(received[at] ?? 0);
    const end = at + 1 + received.readInt32BE(at + 1);
    if (end > received.length) break;
    if (type === 'S') {
      const [name, value] = received.toString('utf8', at + HEADER_BYTES, end).split('\0');
      if (name === 'server_version') version = value;
    }
    if (type === 'Z') return { isReady: true, version };
    at = end;
  }
  return { isReady: false, version };
}
