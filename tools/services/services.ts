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
