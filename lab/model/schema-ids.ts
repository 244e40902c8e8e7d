/** What a file of the lab says it is, in its field `schema`; apart from the schemas, for who only has to know that. */

export const RESULTS_SCHEMA = "macvlab.results/1";
export const BASELINE_SCHEMA = "macvlab.baseline/1";
