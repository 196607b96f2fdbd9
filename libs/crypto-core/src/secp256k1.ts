export { ecdhXOnly } from './secp256k1/ecdh.ts';
export { ElligatorSwiftKey } from './secp256k1/elligator-swift-key.ts';
export { decodeElligatorSwift, encodeElligatorSwift, xSwiftEcInverse } from './secp256k1/elligator-swift.ts';
export { expandMessageXmd } from './secp256k1/expand-message.ts';
export { encodeToCurve, hashToCurve } from './secp256k1/hash-to-curve.ts';
export { hashToScalar } from './secp256k1/hash-to-field.ts';
export { multiScalarMultiplyVartime } from './secp256k1/msm.ts';
export { multiplyPoint } from './secp256k1/multiply-point.ts';
export { BIP341_NUMS_POINT, numsGenerators, type NumsGeneratorsOptions } from './secp256k1/nums.ts';
export { PointTableVartime } from './secp256k1/point-table.ts';
export { Point } from './secp256k1/point.ts';
export { Scalar } from './secp256k1/scalar.ts';
export {
  addSecretScalars,
  multiplySecretScalar,
  negateSecretScalar,
  secretToPoint,
  subtractSecretScalars,
} from './secp256k1/secret-scalar.ts';
export {
  decodeSubjectPublicKeyInfo,
  encodeSubjectPublicKeyInfo,
} from './secp256k1/subject-public-key-info.ts';
export { randomSecretScalar } from './signature/scalar.ts';
export { type ReplayedTranscript, replayTranscript, type TranscriptRecord } from './transcript/replay.ts';
export type { TranscriptEntry } from './transcript/transcript-entry.ts';
export { decodeTranscriptRecord, encodeTranscriptRecord } from './transcript/transcript-record.ts';
export { Transcript, type TranscriptOptions } from './transcript/transcript.ts';
