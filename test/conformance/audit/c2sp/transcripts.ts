/** The conversations of a witness with two logs, as the vectors have them. */
export interface Exchange {
  readonly request_body: string;
  readonly status: number;
  readonly asserts: readonly string[];
}

export interface Transcripts {
  readonly sumdb: { readonly origin: string; readonly vkey: string; readonly exchanges: readonly Exchange[] };
  readonly sigsum: {
    readonly origin: string;
    readonly log_public_key_hex: string;
    readonly exchanges: readonly Exchange[];
  };
}
