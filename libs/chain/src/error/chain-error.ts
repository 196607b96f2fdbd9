/** What a {@link ChainError} is about. Codes are stable; messages are for people. */
export type ChainErrorCode =
  // networks and addresses
  | 'network-unknown'
  | 'wrong-network'
  | 'address-malformed'
  | 'address-wrong-network'
  | 'script-has-no-address'
  // time locks
  | 'lock-time-unit'
  | 'arrival-out-of-range'
  // hash time-locked contracts
  | 'payment-hash-length'
  | 'public-key-invalid'
  | 'keys-equal'
  | 'preimage-length'
  | 'preimage-mismatch'
  | 'key-mismatch'
  | 'output-below-dust'
  | 'feerate-below-minimum'
  | 'amount-out-of-range'
  | 'outpoint-malformed'
  | 'destination-nonstandard'
  // bytes that came from outside
  | 'transaction-malformed'
  | 'transaction-id-malformed'
  | 'block-malformed'
  // block headers and what they prove
  | 'header-malformed'
  | 'header-bits-invalid'
  | 'header-bits-wrong'
  | 'header-work-missing'
  | 'header-not-connected'
  | 'header-too-early'
  | 'header-too-late'
  | 'header-version-obsolete'
  | 'checkpoint-incomplete'
  | 'proof-of-work-unsupported'
  | 'merkle-proof-malformed'
  | 'sighash-unsupported'
  // remote procedure calls
  | 'rpc-url-invalid'
  | 'rpc-cookie-missing'
  | 'rpc-cookie-malformed'
  | 'rpc-unauthorized'
  | 'rpc-unreachable'
  | 'rpc-timeout'
  | 'rpc-malformed'
  | 'rpc-answer-too-large'
  | 'rpc-busy'
  | 'rpc-warming-up'
  | 'rpc-refused'
  // the node's wallet
  | 'wallet-missing'
  | 'wallet-locked'
  | 'wallet-cannot-sign'
  | 'funds-insufficient'
  | 'funding-malleable'
  | 'funding-unconfirmed'
  | 'funding-altered'
  | 'fee-above-maximum'
  // watching
  | 'watch-unsettled'
  | 'watch-height-invalid';

/** What a {@link ChainError} carries beside its message. No field ever holds a secret. */
export interface ChainErrorDetail {
  /** What was given. */
  readonly value?: string | undefined;
  /** The limit that it broke. */
  readonly limit?: string | undefined;
  /** The node's own error number, where a node refused a call. */
  readonly rpcCode?: number | undefined;
  readonly cause?: unknown;
}

/** The one error class of this package: told apart by `code`, never by its message. */
export class ChainError extends Error {
  override readonly name = 'ChainError';
  readonly code: ChainErrorCode;
  /** What was given, where that explains the error. */
  declare readonly value?: string;
  /** The limit that it broke. */
  declare readonly limit?: string;
  /** The node's own error number (Bitcoin Core `src/rpc/protocol.h`), where a node refused a call. */
  declare readonly rpcCode?: number;

  constructor(code: ChainErrorCode, message: string, detail: ChainErrorDetail = {}) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.code = code;
    if (detail.value !== undefined) this.value = detail.value;
    if (detail.limit !== undefined) this.limit = detail.limit;
    if (detail.rpcCode !== undefined) this.rpcCode = detail.rpcCode;
  }
}

/**
 * Whether something thrown is a {@link ChainError}. It looks at the shape, not at the prototype, so that it also
 * holds when two copies of this package are installed.
 */
export function isChainError(error: unknown): error is ChainError {
  return (
    error instanceof Error && error.name === 'ChainError' && 'code' in error && typeof error.code === 'string'
  );
}
