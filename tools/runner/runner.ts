export { firstLine, type Outcome, runCommand, type Runner } from './command.ts';
export { type Source } from './discovery.ts';
export { type Progress, showProgress } from './progress.ts';
export { type Fields, resultLine } from './result-line.ts';
export { exportOf } from './source-export.ts';
