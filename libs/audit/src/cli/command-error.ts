/** A command that cannot be carried out as it was given; the message says why, the code is for scripts. */
export class CommandError extends Error {
  override readonly name: string = 'CommandError';
  readonly code: 'usage' | 'policy-malformed' | 'file-unreadable' | 'file-unwritable' | 'explorer-absent';

  constructor(code: CommandError['code'], message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}
