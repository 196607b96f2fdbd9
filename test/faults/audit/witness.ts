import type { Campaign } from '../campaign.ts';
import { goalsOfPoints, playPoints } from './injected/play-points.ts';
import { isDeath } from './injected/points.ts';
import { openWitnessLab } from './witness/witness-lab.ts';

/**
 * Kills and starves a process with a witness, at every kind of call that it makes of the operating system, and looks at what
 * is left: nothing that was cosigned may be forgotten, and nothing that contradicts it may be cosigned.
 */
export const campaign: Campaign = {
  async run(progress) {
    using lab = await openWitnessLab();
    const points = await lab.plan();
    const { met, failures } = await playPoints(lab, points, progress);
    return {
      points: points.length,
      survived: points.length - failures.length,
      lost: failures.length,
      more: {
        deaths: met.filter(isDeath).length,
        errors: met.filter((point) => !isDeath(point)).length,
      },
      goals: goalsOfPoints(points, met, { faults: 250, deaths: 100 }),
      failures,
    };
  },
};
