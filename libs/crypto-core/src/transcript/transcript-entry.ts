/** What a transcript absorbed or gave, in the order in which it did. */
export type TranscriptEntry =
  | {
      readonly kind: 'message' | 'point' | 'scalar' | 'u64';
      readonly label: string;
      /** What was absorbed: any bytes; 33, compressed; 32, below n; 8, most significant first. */
      readonly data: Uint8Array;
    }
  | { readonly kind: 'challenge-scalar'; readonly label: string }
  | {
      readonly kind: 'challenge-bytes';
      readonly label: string;
      /** In bytes: 1 to 1,024. */
      readonly length: number;
    };

/** The byte that tells one kind from another, in the hash and in a record. */
export const ENTRY_KIND_BYTES: Readonly<Record<TranscriptEntry['kind'], number>> = {
  message: 1,
  point: 2,
  scalar: 3,
  u64: 4,
  'challenge-scalar': 5,
  'challenge-bytes': 6,
};
