/** Every way in which a swap refuses an input or stops; tell errors apart by `code`, never by their text. */
export type SwapErrorCode =
  /** A message, journal entry or argument is not of the form it must have. */
  | 'field-malformed'
  /** A message is larger than the limit. */
  | 'message-too-large'
  /** The signature of a message does not verify, or another party signed it. */
  | 'message-signature-invalid'
  /** A message of another protocol or version. */
  | 'message-version-unknown'
  /** A message that is addressed to somebody else. */
  | 'message-misdirected'
  /** The counterparty answered with a refusal; `value` is its code. */
  | 'counterparty-refused'
  /** The counterparty could not be reached or did not answer in time. */
  | 'counterparty-unreachable'
  /** The counterparty's answer is not about the proposal that was sent. */
  | 'answer-mismatch'
  /** A script that the counterparty computed is not the one that the terms give. */
  | 'script-mismatch'
  /** The terms break one of the rules that hold before anything is locked; `value` and `limit` are of the first rule. */
  | 'terms-refused'
  /** The desk that was asked does not want the swap; without an `approve` function it wants none. */
  | 'proposal-not-approved'
  /** A payment hash that an earlier swap of this log used. */
  | 'payment-hash-reused'
  /** A swap with that id exists already, with other terms. */
  | 'swap-exists'
  /** No swap with that id in the log. */
  | 'swap-unknown'
  /** A chain that the desk was not given. */
  | 'chain-unknown'
  /** An event that cannot follow the state it is applied to. */
  | 'event-out-of-order'
  /** The swap cannot be cancelled any more: its lock may be on chain. */
  | 'swap-locked'
  /** The desk is closed. */
  | 'desk-closed';

/** What this library throws. `value` is what was given and `limit` what it broke; neither ever holds a secret. */
export class SwapError extends Error {
  override readonly name = 'SwapError';
  readonly code: SwapErrorCode;
  readonly value: string | undefined;
  readonly limit: string | undefined;

  constructor(
    code: SwapErrorCode,
    message: string,
    detail: { value?: string; limit?: string; cause?: unknown } = {},
  ) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.code = code;
    this.value = detail.value;
    this.limit = detail.limit;
  }
}

/** Tells a {@link SwapError} from everything else, also across two copies of this package. */
export function isSwapError(error: unknown): error is SwapError {
  return error instanceof Error && error.name === 'SwapError' && 'code' in error;
}
