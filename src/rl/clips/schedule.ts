/**
 * When questions are put (Christiano et al. 2017, section 2.2.4 and appendix A.1): a share of them about the untaught policy,
 * the others at a rate ∝ T₀ / (T + T₀) at T steps of the environment.
 */
export interface LabelSchedule {
  /** Questions of the whole run. */
  readonly labels: number;
  /** Share of them that is put before the agent learns. */
  readonly initialShare: number;
  /** T₀ in steps. */
  readonly halfRate: number;
  /** Steps of the whole run. */
  readonly totalSteps: number;
}

/** How many questions shall have been put by then: the share at 0, all at the end. */
export function labelsWanted({ labels, initialShare, halfRate, totalSteps }: LabelSchedule, steps: number): number {
  const first = initialShare * labels;
  const done = Math.log1p(Math.min(steps, totalSteps) / halfRate) / Math.log1p(totalSteps / halfRate);
  return Math.round(first + (labels - first) * done);
}
