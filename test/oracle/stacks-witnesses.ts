/** Per rule of stacks with several devices a check of the gateways whose prediction is another one once it is turned round. */
export const STACKS_WITNESSES = {
  "answers-for-any-of-its-addresses": "host-macvlan-private-macvlan-vepa-relay-on",
} as const;

/** Decisions that always fall the same way in what is asked. */
export const STACKS_ALWAYS = { "answers-for-any-of-its-addresses": true } as const;
