export { locate, type LocatedService } from './locate.ts';
export {
  startBitcoind,
  startLitecoind,
  type NodeOptions,
  type RunningNode,
  type RunningService,
} from './node-service.ts';
export type { Ending } from './service-process.ts';
export type { ServiceName } from './recipes.ts';
export { isServiceError, ServiceError, type ServiceErrorCode } from './service-error.ts';
export { openSoftTokens, type SoftTokens } from './soft-token.ts';
export { locateSoftHsm, type LocatedLibrary } from './softhsm-library.ts';
