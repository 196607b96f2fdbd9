/** What a phase that ends a swap is called where people read it. */
export function outcomeName(phase: string): string {
  return phase === 'claimed-final' ? 'completed' : phase === 'refunded-final' ? 'refunded' : phase;
}
