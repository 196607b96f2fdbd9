/** A statement and its parameters. Values are `Uint8Array`, number, string, `null`, or arrays of the first three. */
export interface PostgresQuery {
  readonly text: string;
  readonly values: unknown[];
  /** The server prepares the statement once for a session, under this name. */
  readonly name?: string;
}

/** What is used of a session: `PoolClient` of the package `pg` has it. */
export interface PostgresClient {
  /** Resolves when the server is ready for the next statement: a commit is over by then. */
  query(query: PostgresQuery): Promise<{ readonly rows: readonly unknown[] }>;
  /** Told when the connection ends while nothing runs on it. */
  on(event: 'error', listener: (error: Error) => void): unknown;
  /** Gives the session back; with `true` it is ended and never used again. */
  release(destroy?: boolean): void;
}

/** Where sessions come from: `Pool` of the package `pg` has it, and with it addresses, credentials and TLS. */
export interface PostgresPool {
  connect(): Promise<PostgresClient>;
}
