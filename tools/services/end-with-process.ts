/** Something that must not outlive this process: another process, a folder that is half written. */
export interface Ephemeral {
  /** Ends it and removes what it leaves, without awaiting anything: no event loop runs any more at exit. */
  endNow(): void;
}

const live = new Set<Ephemeral>();
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Ends `ephemeral` when this process exits, throws or is told to end; gives the function that takes it off again. */
export function endWithThisProcess(ephemeral: Ephemeral): () => void {
  if (live.size === 0) {
    process.on('exit', endAll);
    for (const signal of signals) process.on(signal, onSignal);
  }
  live.add(ephemeral);
  return () => {
    if (live.delete(ephemeral) && live.size === 0) stopListening();
  };
}

function endAll(): void {
  for (const one of live) {
    try {
      one.endNow();
    } catch {
      // At exit nobody is left to tell, and the others have to end too.
    }
  }
  live.clear();
}

function onSignal(signal: NodeJS.Signals): void {
  endAll();
  stopListening();
  // With no listener left the signal does what it does to any process; another listener decides for itself.
  if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
}

function stopListening(): void {
  process.off('exit', endAll);
  for (const signal of signals) process.off(signal, onSignal);
}
