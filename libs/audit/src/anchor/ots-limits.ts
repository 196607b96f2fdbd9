/** A message, and what an operation makes of one, in bytes (python-opentimestamps `core/op.py`). */
export const MAX_MESSAGE_BYTES = 4_096;

/** Nodes on a path from the file's digest to an attestation (python-opentimestamps `core/timestamp.py`). */
export const MAX_TIMESTAMP_DEPTH = 256;

/** An attestation's payload (python-opentimestamps `core/notary.py`). */
export const MAX_PAYLOAD_BYTES = 8_192;

/** A calendar's address (python-opentimestamps `core/notary.py`). */
export const MAX_URI_BYTES = 1_000;

/** A whole proof. A limit of this library, as the next two: together they bound what a hostile proof can take. */
export const MAX_PROOF_BYTES = 262_144;

/** Operations of a proof, on all its branches. A proof of one attestation has about a hundred. */
export const MAX_OPERATIONS = 4_096;

/** Bytes that the operations of a proof are applied to, all together: hashing more would take seconds. */
export const MAX_OPERATED_BYTES = 1_048_576;
