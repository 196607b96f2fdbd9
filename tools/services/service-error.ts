export type ServiceErrorCode =
  /** Nowhere to be found, and no recipe applies here: the message says what to install. */
  | 'service-not-found'
  /** The environment variable names something that cannot be run. */
  | 'service-not-executable'
  /** Debian's archive did not give what was asked for, after several attempts. */
  | 'download-failed'
  /** The archive's signature is missing, wrong, or by a key that this machine does not know. */
  | 'signature-refused'
  /** The C compiler did not compile; the message carries what it said. */
  | 'compiler-refused'
  /** The process ended before it was ready; the message carries the end of its log. */
  | 'service-exited'
  /** The process runs but did not answer in time; the message carries the end of its log. */
  | 'service-not-ready'
  /** The service answered a call with an error; `value` is its own error code. */
  | 'rpc-refused'
  /** The service did not answer a call, or not with JSON-RPC. */
  | 'rpc-unreachable';

/** What went wrong with a service: `value` is what was given or found, `limit` what it broke. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  readonly code: ServiceErrorCode;
  readonly value?: string;
  readonly limit?: string;

  constructor(
    code: ServiceErrorCode,
    message: string,
    o: { value?: string; limit?: string; cause?: unknown } = {},
  ) {
    super(message, o.cause === undefined ? {} : { cause: o.cause });
    this.code = code;
    if (o.value !== undefined) this.value = o.value;
    if (o.limit !== undefined) this.limit = o.limit;
  }
}

/** Whether `e` is a {@link ServiceError}; by name, so that two copies of the package agree. */
export function isServiceError(e: unknown): e is ServiceError {
  return e instanceof Error && e.name === 'ServiceError' && 'code' in e;
}
