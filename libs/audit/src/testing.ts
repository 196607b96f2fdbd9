export { storeContract, type StoreRequirement } from './testing/store-contract.ts';
export type { StorePlace } from './testing/store-place.ts';
