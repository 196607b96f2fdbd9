// A process that starts a node, says so, and then ends in the way that its argument names, or waits for a signal.
import { startBitcoind } from '../services.ts';

const node = await startBitcoind();
process.stdout.write(`${JSON.stringify({ pid: node.pid, dataFolder: node.dataFolder })}\n`);
const way = process.argv[2];
if (way === 'exit') process.exit(7);
if (way === 'throw') throw new Error('thrown by the test');
if (way === 'listen') {
  process.on('SIGINT', () => {
    process.exit(9);
  });
}
