/** A store in this process answers at once; one behind a network does not. */
export type Awaitable<T> = T | Promise<T>;
