import { readFileSync } from 'node:fs';

/** Processor time since the machine was started, in ticks of all its processors. */
interface ProcessorTime {
  readonly all: number;
  /** What a host gave to other machines while this one had work to do. */
  readonly stolen: number;
}

/** Starts watching; what it gives ends that, with a share from 0 to 1, or `undefined` where the system does not tell. */
export type WatchHost = () => () => number | undefined;

/**
 * Starts watching how much of this machine's processor time its host gives to others. A run that lost much of it says little
 * about the code.
 */
export function watchHost(): ReturnType<WatchHost> {
  const start = processorTime();
  return () => {
    const end = processorTime();
    if (start === undefined || end === undefined || end.all === start.all) return undefined;
    return (end.stolen - start.stolen) / (end.all - start.all);
  };
}

/** From the first line of /proc/stat (proc_stat(5)): user, nice, system, idle, iowait, irq, softirq, steal. */
function processorTime(): ProcessorTime | undefined {
  let text: string;
  try {
    text = readFileSync('/proc/stat', 'utf8');
  } catch {
    return undefined;
  }
  const [name, ...fields] = text.slice(0, text.indexOf('\n')).split(/\s+/u);
  const ticks = fields.slice(0, STEAL + 1).map(Number);
  const stolen = ticks[STEAL];
  if (name !== 'cpu' || stolen === undefined || !ticks.every(Number.isSafeInteger)) return undefined;
  return { all: ticks.reduce((sum, tick) => sum + tick, 0), stolen };
}

const STEAL = 7;
